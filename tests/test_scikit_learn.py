"""scikit-learn's protocol, on an estimator that learns nothing."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from han_attention.data.labels import LabelIndex
from han_attention.data.targets import read_targets
from han_attention.scikit_learn import Estimator
from han_attention.scikit_learn import NotFittedError


class Constant(Estimator):
    """Predicts the same for every text."""

    def __init__(self, label="a", multi_label=False, rate=0.5):
        self.label = label
        self.multi_label = multi_label
        self.rate = rate

    def fit(self, X, y, sample_weight=None, *, unlabelled=()):
        labels, classes = read_targets(y, len(X), self.multi_label)
        index = LabelIndex.from_labels(labels, self.multi_label, classes)
        self.predictor_ = self
        self.set_classes(index.classes, classes is not None)
        return self

    def predict(self, X):
        return self.format_predictions([self.label] * len(X))


def test_settings_in_the_order_of_the_arguments():
    assert Constant.parameters() == ["label", "multi_label", "rate"]
    assert Constant(rate=2).get_params() == {
        "label": "a",
        "multi_label": False,
        "rate": 2,
    }
    assert Constant().get_params(deep=False) == Constant().get_params()


def test_settings_are_kept_as_the_very_objects_given():
    """What `sklearn.base.clone` asks for."""
    label = ["a list"]
    assert Constant(label).get_params()["label"] is label


def test_set_params():
    estimator = Constant()
    assert estimator.set_params(rate=3, label="b") is estimator
    assert (estimator.rate, estimator.label) == (3, "b")
    assert estimator.set_params().get_params()["rate"] == 3


def test_set_params_with_an_unknown_name():
    with pytest.raises(ValueError, match="'rate'.*Received.*'speed'"):
        Constant().set_params(speed=1)


def test_repr_shows_what_differs():
    assert repr(Constant()) == "Constant()"
    assert repr(Constant("b", rate=0.5)) == "Constant(label='b')"
    assert eval(repr(Constant(rate=3))).get_params() == {
        "label": "a",
        "multi_label": False,
        "rate": 3,
    }


def test_set_params_changes_all_or_nothing():
    estimator = Constant()
    with pytest.raises(ValueError, match="'speed'"):
        estimator.set_params(rate=3, speed=1)
    assert estimator.rate == 0.5


def test_settings_of_a_dataclass():
    @dataclasses.dataclass(eq=False, repr=False)
    class Fields(Constant):
        label: str = "a"
        multi_label: bool = False
        units: tuple = dataclasses.field(default_factory=tuple)

    estimator = Fields(label="b")
    assert estimator.get_params() == {
        "label": "b",
        "multi_label": False,
        "units": (),
    }
    assert repr(estimator).startswith("Fields(label='b'")


def test_repr_of_an_array():
    assert "array([1, 2])" in repr(Constant(np.array([1, 2])))


# --- score ---


def test_accuracy_by_hand():
    fitted = Constant("a").fit(["t"] * 2, ["a", "b"])
    assert fitted.score(["t"] * 4, ["a", "b", "a", "a"]) == 0.75
    numbers = Constant(1).fit(["t"] * 2, [0, 1])
    assert numbers.score(["t"] * 2, np.array([1, 0])) == 0.5
    assert isinstance(fitted.score(["t"], ["a"]), float)


def test_accuracy_of_several_labels_counts_whole_sets():
    estimator = Constant(["a", "b"], multi_label=True)
    labels = [["b", "a"], ["a"], ("a", "b"), [], ["a", "b", "c"]]
    estimator.fit(["t"] * 5, labels)
    assert estimator.score(["t"] * 5, labels) == 0.4


def test_accuracy_with_weights_by_hand():
    fitted = Constant("a").fit(["t"] * 2, ["a", "b"])
    # (1 * 3 + 0 * 1 + 1 * 0.5) / 4.5
    score = fitted.score(["t"] * 3, ["a", "b", "a"], [3, 1, 0.5])
    assert score == pytest.approx(3.5 / 4.5)
    score = fitted.score(["t"] * 3, ["a", "b", "a"], sample_weight=[0, 1, 0])
    assert score == 0


def test_accuracy_of_matrices():
    pandas = pytest.importorskip("pandas")
    metrics = pytest.importorskip("sklearn.metrics")
    matrix = np.array([[1, 0, 1], [1, 0, 0], [0, 0, 0], [1, 0, 1]])
    table = pandas.DataFrame(matrix, columns=["x", "y", "z"])
    fitted = Constant(["x", "z"], True).fit(["t"] * 4, table)
    assert fitted.classes_.tolist() == ["x", "y", "z"]
    assert fitted.predict(["t"]).tolist() == [[1, 0, 1]]
    weights = [1, 2, 3, 4.5]
    for y in (table, matrix, matrix.tolist(), table[["z", "y", "x"]]):
        assert fitted.score(["t"] * 4, y) == 0.5
    assert fitted.score(["t"] * 4, table, weights) == pytest.approx(
        metrics.accuracy_score(
            table, fitted.predict(["t"] * 4), sample_weight=weights
        )
    )
    assert fitted.score(["t"] * 2, [["z", "x"], ["y"]]) == 0.5


def test_accuracy_needs_a_label_for_each_text():
    fitted = Constant().fit(["t"] * 2, ["a", "b"])
    with pytest.raises(ValueError):
        fitted.score(["t"] * 2, ["a"])
    with pytest.raises(ValueError, match="`sample_weight`.*2 texts"):
        fitted.score(["t"] * 2, ["a", "b"], [1.0])
    with pytest.raises(ValueError, match="at least one text"):
        fitted.score([], [])


@pytest.mark.parametrize(
    ("classes", "labels"),
    [
        (["a", "b"], [0, 1]),
        ([0, 1], ["0", "1"]),
        ([False, True], ["False", "True"]),
        (["a", "b"], [True, False]),
    ],
)
def test_labels_of_another_type_are_an_error_as_in_scikit_learn(
    classes, labels
):
    metrics = pytest.importorskip("sklearn.metrics")
    fitted = Constant(classes[0]).fit(["t"] * 2, classes)
    with pytest.raises(ValueError):
        metrics.accuracy_score(labels, fitted.predict(["t"] * 2))
    with pytest.raises(ValueError, match="labels that are (strings|numbers)"):
        fitted.score(["t"] * 2, labels)


def test_a_label_that_was_not_trained_on_is_wrong_as_in_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    fitted = Constant("a").fit(["t"] * 2, ["a", "b"])
    predicted = fitted.predict(["t"] * 2)
    expected = metrics.accuracy_score(["a", "z"], predicted)
    assert fitted.score(["t"] * 2, ["a", "z"]) == expected == 0.5


# --- before `fit` ---


def test_not_fitted():
    exceptions = pytest.importorskip("sklearn.exceptions")
    with pytest.raises(exceptions.NotFittedError, match="Call `fit` first"):
        Constant().score([1], None)


def test_not_fitted_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.exceptions", None)
    for kind in (ValueError, AttributeError, NotFittedError):
        with pytest.raises(kind, match="Call `fit` first"):
            Constant().score(["t"], ["a"])


# --- scikit-learn ---


def test_scikit_learn_knows_it_as_a_classifier():
    base = pytest.importorskip("sklearn.base")
    utils = pytest.importorskip("sklearn.utils")
    assert base.is_classifier(Constant())
    assert not base.is_regressor(Constant())
    tags = utils.get_tags(Constant())
    assert tags.target_tags.required
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert not tags.classifier_tags.multi_label
    assert utils.get_tags(
        Constant(multi_label=True)
    ).classifier_tags.multi_label


def test_scikit_learn_knows_whether_it_is_fitted():
    validation = pytest.importorskip("sklearn.utils.validation")
    exceptions = pytest.importorskip("sklearn.exceptions")
    estimator = Constant()
    with pytest.raises(exceptions.NotFittedError):
        validation.check_is_fitted(estimator)
    validation.check_is_fitted(estimator.fit(["t"] * 2, ["a", "b"]))


def test_a_copy_has_the_settings_and_is_not_fitted():
    base = pytest.importorskip("sklearn.base")
    fitted = Constant("b", rate=2).fit(["t"] * 2, ["a", "b"])
    copy = base.clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not copy.__sklearn_is_fitted__()


def test_importing_it_imports_no_scikit_learn():
    code = (
        "import sys, han_attention.scikit_learn;"
        "print('sklearn' in sys.modules, 'keras' in sys.modules)"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert output.stdout.split() == ["False", "False"]


def test_a_setting_that_there_is_not_is_told_the_one_that_was_meant():
    expected = "^Constant has no argument `rat`. Did you mean `rate`"
    with pytest.raises(TypeError, match=expected):
        Constant("b", rat=2)
    with pytest.raises(TypeError, match="no argument `xyz`$"):
        Constant("b", xyz=2)


def test_a_subclass_may_take_what_its_base_takes():
    class Loud(Constant):
        def __init__(self, volume, **settings):
            super().__init__("b", **settings)
            self.volume = volume

    loud = Loud(volume=3, rate=2)
    assert (loud.volume, loud.rate) == (3, 2)
