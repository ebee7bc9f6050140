"""scikit-learn's protocol, on an estimator that learns nothing."""

import numpy as np
import pytest

from han_attention.scikit_learn import Estimator


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


def test_accuracy_by_hand():
    assert Constant("a").score(["t"] * 4, ["a", "b", "a", "a"]) == 0.75
    assert Constant(1).score(["t"] * 2, np.array([1, 0])) == 0.5
    assert isinstance(Constant().score(["t"], ["a"]), float)


def test_accuracy_of_several_labels_counts_whole_sets():
    estimator = Constant(["a", "b"], multi_label=True)
    labels = [["b", "a"], ["a"], ("a", "b"), [], ["a", "b", "c"]]
    assert estimator.score(["t"] * 5, labels) == 0.4


def test_accuracy_needs_a_label_for_each_text():
    with pytest.raises(ValueError):
        Constant().score(["t"] * 2, ["a"])


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
    validation.check_is_fitted(estimator.fit(["t"], ["a"]))


def test_a_copy_has_the_settings_and_is_not_fitted():
    base = pytest.importorskip("sklearn.base")
    fitted = Constant("b", rate=2).fit(["t"], ["b"])
    copy = base.clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not copy.__sklearn_is_fitted__()
