"""What scikit-learn does with an estimator: its own checks, and routing.

`estimator_checks` are written for tables of numbers: told by its tags that an
estimator takes strings, scikit-learn runs none of them. Those that train
nothing run here on `TextClassifier`, and those that can be given strings for
numbers on an estimator that learns nothing. The rest is about features
(`n_features_in_`, one feature, sparse or complex or infinite ones, columns in
another order), or demands that Gaussian clusters be learnt.
"""

import numpy as np
import pytest

from han_attention import TextClassifier
from han_attention.data.columns import check_sample_weight
from han_attention.data.columns import check_texts
from han_attention.data.labels import LabelIndex
from han_attention.data.targets import read_targets
from han_attention.scikit_learn import Estimator
from han_attention.scikit_learn import check_is_fitted

sklearn = pytest.importorskip("sklearn")
checks = pytest.importorskip("sklearn.utils.estimator_checks")
selection = pytest.importorskip("sklearn.model_selection")
pipelines = pytest.importorskip("sklearn.pipeline")
preprocessing = pytest.importorskip("sklearn.preprocessing")


class FirstWord(Estimator):
    """Predicts the label of the training texts with the same first word."""

    def __init__(self, multi_label=False):
        self.multi_label = multi_label

    def fit(self, X, y, sample_weight=None, *, unlabelled=()):
        texts = check_texts(X)
        labels, classes = read_targets(y, len(texts), self.multi_label)
        index = LabelIndex.from_labels(labels, self.multi_label, classes)
        self.weights_ = check_sample_weight(sample_weight, len(texts))
        words = [text.split()[0] for text in texts]
        self.predictor_ = dict(zip(words, labels, strict=True))
        self.set_classes(index.classes, classes is not None)
        return self

    def predict(self, X):
        check_is_fitted(self)
        default = next(iter(self.predictor_.values()))
        words = [text.split()[0] for text in check_texts(X)]
        return self.format_predictions(
            [self.predictor_.get(word, default) for word in words]
        )


class Numbers(FirstWord):
    """Takes the numbers that scikit-learn's checks give for texts."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = False
        tags.input_tags.two_d_array = True
        return tags

    def fit(self, X, y, sample_weight=None):
        return super().fit(list(map(str, X)), y, sample_weight)

    def predict(self, X):
        return super().predict(list(map(str, X)))

    def score(self, X, y, sample_weight=None):
        return super().score(list(map(str, X)), y, sample_weight)


WITHOUT_TRAINING = [
    "check_estimator_cloneable",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_mixin_order",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_estimators_unfitted",
]
WITH_STRINGS_FOR_NUMBERS = [
    "check_fit_score_takes_y",
    "check_estimators_overwrite_params",
    "check_dont_overwrite_parameters",
    "check_estimators_fit_returns_self",
    "check_fit_check_is_fitted",
    "check_dict_unchanged",
    "check_estimators_pickle",
]


@pytest.mark.parametrize("name", WITHOUT_TRAINING)
@pytest.mark.parametrize("estimator", [TextClassifier(), FirstWord()])
def test_checks_without_training(estimator, name):
    getattr(checks, name)("TextClassifier", estimator)


@pytest.mark.parametrize("name", WITH_STRINGS_FOR_NUMBERS)
def test_checks_with_strings_for_numbers(name):
    getattr(checks, name)("Numbers", Numbers())


TEXTS = ["fine film", "dull film", "fine day", "dull day"] * 5
LABELS = ["good", "bad"] * 10
MATRIX = np.array([[1, 0, 1], [0, 1, 1]] * 10)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def make_pipeline(estimator):
    same = preprocessing.FunctionTransformer()
    return pipelines.make_pipeline(same, estimator)


@pytest.mark.parametrize("scoring", [None, "accuracy", "f1_macro"])
@pytest.mark.parametrize("kind", ["array", "list", "table"])
def test_cross_validation_of_several_labels(kind, scoring):
    """Sparse ones, which `fit` takes, scikit-learn itself refuses here."""
    y = {
        "array": lambda: MATRIX,
        "list": MATRIX.tolist,
        "table": lambda: pytest.importorskip("pandas").DataFrame(
            MATRIX, columns=["x", "y", "z"]
        ),
    }[kind]()
    scores = selection.cross_val_score(
        FirstWord(multi_label=True), TEXTS, y, cv=2, scoring=scoring
    )
    assert scores.tolist() == [1, 1]


def test_weights_are_routed_through_a_pipeline(routing):
    weights = np.arange(1.0, 21.0)
    estimator = FirstWord().set_fit_request(sample_weight=True)
    estimator.set_score_request(sample_weight=True)
    pipeline = make_pipeline(estimator)
    pipeline.fit(TEXTS, LABELS, sample_weight=weights)
    assert pipeline[-1].weights_.tolist() == weights.tolist()
    wrong = ["good"] * 20  # right for every other text: 1, 3, 5, ...
    assert pipeline.score(TEXTS, wrong, sample_weight=weights) == pytest.approx(
        100 / 210
    )
    assert pipeline.score(TEXTS, wrong) == 0.5


def test_weights_are_routed_in_cross_validation(routing):
    estimator = FirstWord().set_fit_request(sample_weight=True)
    estimator.set_score_request(sample_weight=True)
    result = selection.cross_validate(
        make_pipeline(estimator),
        np.array(TEXTS, object),
        LABELS,
        params={"sample_weight": np.ones(20)},
        cv=selection.KFold(2),
        return_estimator=True,
    )
    assert result["test_score"].tolist() == [1, 1]
    for fitted in result["estimator"]:
        assert fitted[-1].weights_.shape == (10,)


def test_a_pipeline_without_requests(routing):
    pipeline = make_pipeline(FirstWord()).fit(TEXTS, LABELS)
    assert pipeline.score(TEXTS, LABELS) == 1
    errors = pytest.importorskip("sklearn.exceptions")
    with pytest.raises(errors.UnsetMetadataPassedError, match="sample_weight"):
        pipeline.fit(TEXTS, LABELS, sample_weight=np.ones(20))


def test_requests_are_copied_with_the_estimator(routing):
    estimator = FirstWord().set_fit_request(sample_weight=False)
    copy = sklearn.base.clone(estimator)
    assert copy.get_metadata_routing().fit.requests == {
        "sample_weight": False,
        "unlabelled": None,
    }
    copy.set_fit_request(sample_weight=True)
    routed = estimator.get_metadata_routing()
    assert routed.fit.requests["sample_weight"] is False
    assert routed.score.requests == {"sample_weight": None}
    routed.fit.add_request(param="sample_weight", alias=True)
    again = estimator.get_metadata_routing()
    assert again.fit.requests["sample_weight"] is False
    assert repr(estimator) == repr(FirstWord())


def test_requests_of_the_text_classifier(routing):
    estimator = TextClassifier().set_fit_request(sample_weight=True)
    requests = estimator.get_metadata_routing().fit.requests
    assert requests["sample_weight"] is True
    assert not {"self", "X", "y"} & set(requests)


def test_what_cannot_be_requested(routing):
    with pytest.raises(TypeError, match="'sample_weight'.*Received: 'weight'"):
        FirstWord().set_fit_request(weight=True)
    with pytest.raises(ValueError, match="alias"):
        FirstWord().set_fit_request(sample_weight=3)


def test_requests_need_routing():
    with pytest.raises(RuntimeError, match="Metadata routing is off"):
        FirstWord().set_fit_request(sample_weight=True)


def test_a_pipeline_is_drawn_in_a_notebook():
    html = make_pipeline(TextClassifier(epochs=3))._repr_html_()
    assert "TextClassifier" in html
