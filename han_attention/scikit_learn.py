"""scikit-learn's protocol of a classifier, without scikit-learn."""

import inspect
from abc import ABC
from abc import abstractmethod
from collections.abc import Sequence
from copy import deepcopy
from difflib import get_close_matches
from typing import Any
from typing import Self

import numpy as np
from numpy.typing import NDArray

from han_attention.data.columns import check_sample_weight
from han_attention.data.columns import check_texts
from han_attention.data.indicator import make_indicator
from han_attention.data.targets import TargetType
from han_attention.data.targets import check_same_types
from han_attention.data.targets import match_targets
from han_attention.validation import check_choice

_DATA = ("self", "X", "y")  # the arguments of a method that are no metadata


class Estimator(ABC):
    """Settings that scikit-learn can read, change, copy and print.

    A subclass keeps each argument of its `__init__`, of which `multi_label` is
    one, in an attribute of the same name. When it is fitted, it sets
    `predictor_` and calls `set_classes`.

    Reference:
        https://scikit-learn.org/stable/developers/develop.html
    """

    classes_: NDArray[Any]
    target_type_: TargetType

    def __new__(cls, *args: Any, **settings: Any) -> Self:
        """Name the setting that was meant, before `__init__` is called.

        A subclass whose `__init__` takes `**settings` knows by itself.
        """
        known = inspect.signature(cls).parameters
        takes_any = any(p.kind is p.VAR_KEYWORD for p in known.values())
        for name in settings:
            if name not in known and not takes_any:
                near = get_close_matches(name, known, n=1)
                hint = f". Did you mean `{near[0]}`?" if near else ""
                raise TypeError(
                    f"{cls.__name__} has no argument `{name}`{hint}"
                )
        return super().__new__(cls)

    @abstractmethod
    def predict(self, X: Sequence[str]) -> Any:
        """The label, or labels, of each text."""

    @classmethod
    def parameters(cls) -> list[str]:
        """The names of all settings."""
        return list(inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """All settings by name."""
        return {name: getattr(self, name) for name in self.parameters()}

    def set_params(self, **settings: Any) -> Self:
        """Change settings; the next `fit` uses them.

        Raises:
            ValueError: for a name that is no setting; then nothing changes.
        """
        for name in settings:
            check_choice("set_params", name, self.parameters())
        for name, value in settings.items():
            setattr(self, name, value)
        return self

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy: the fraction of texts with exactly the right label(s).

        Args:
            X: N strings, as in `fit`.
            y: N labels, lists of labels or rows of 0 and 1, as in `fit`.
            sample_weight: N weights of the texts, at least 0. Defaults to
                None: 1 each.

        Returns:
            `sum(weight * right) / sum(weight)`, from 0 to 1.

        Raises:
            TypeError: for what is no list of texts, labels or weights.
            ValueError: for no texts, other numbers of labels or weights, or
                strings where the classes are numbers or the other way round;
                before `fit`.
        """
        check_is_fitted(self)  # before X and y are looked at
        texts = check_texts(X)
        labels = self.match_labels(y, len(texts))
        if not texts:
            raise ValueError("Expected at least one text to score. Received: 0")
        several = self.target_type_ != "multiclass"
        check_same_types(labels, self.classes_.tolist(), several)
        weights = check_sample_weight(sample_weight, len(texts))
        predicted = self.predict(texts)
        if several:
            predicted = self.match_labels(predicted, len(texts))
        right = [
            set(a) == set(b) if several else a == b
            for a, b in zip(labels, predicted, strict=True)
        ]
        return float(np.average(right, weights=weights))

    def set_classes(
        self, classes: Sequence[Any], from_indicator: bool = False
    ) -> None:
        """Keep the labels that `fit` found, and whether in a 0/1 matrix."""
        # Beside strings, NumPy would make numbers strings too.
        mixed = len({isinstance(one, str) for one in classes}) > 1
        self.classes_ = np.array(classes, object if mixed else None)
        self.target_type_ = "multiclass"
        if self.get_params()["multi_label"]:
            self.target_type_ = "multilabel-sequences"
        if from_indicator:
            self.target_type_ = "multilabel-indicator"

    def format_predictions(self, labels: Sequence[Any]) -> NDArray[Any]:
        """What `predict` returns for the label, or labels, of each text.

        Returns:
            (N,) labels of the type of `classes_`; with `multi_label` (N,)
            lists of labels, or, if `y` was a 0/1 matrix, (N, C) of 0 and 1,
            which is what scikit-learn's metrics take.
        """
        if self.target_type_ == "multiclass":
            unsure = any(label is None for label in labels)
            return np.asarray(labels, object if unsure else self.classes_.dtype)
        if self.target_type_ == "multilabel-indicator":
            return make_indicator(labels, self.classes_.tolist())
        array = np.empty(len(labels), object)
        array[:] = labels
        return array

    def match_labels(self, y: Any, number: int) -> list[Any]:
        """The labels, or lists of labels, that `y` says of some texts."""
        check_is_fitted(self)
        classes = self.classes_.tolist()
        return match_targets(y, number, classes, self.target_type_)

    def set_fit_request(self, **requests: bool | str | None) -> Self:
        """Say which arguments of `fit` a pipeline or a search passes on.

        Args:
            **requests: Each argument, such as `sample_weight`: `True` to pass
                it on, `False` not to, a string to pass on what has that name,
                `None` to raise an error if it is given.

        Raises:
            RuntimeError: if scikit-learn's metadata routing is off.
            TypeError: for what is no argument of `fit`.

        Reference:
            https://scikit-learn.org/stable/metadata_routing.html
        """
        return self._set_request("fit", requests)

    def set_score_request(self, **requests: bool | str | None) -> Self:
        """Say which arguments of `score` are passed on: `set_fit_request`."""
        return self._set_request("score", requests)

    def get_metadata_routing(self) -> Any:
        """scikit-learn's `MetadataRequest` of this classifier."""
        from sklearn.utils.metadata_routing import MetadataRequest

        if hasattr(self, "_metadata_request"):
            return deepcopy(self._metadata_request)
        request = MetadataRequest(owner=self)
        for method in ("fit", "score"):
            for name in self._list_metadata(method):
                getattr(request, method).add_request(param=name, alias=None)
        return request

    def _set_request(self, method: str, requests: dict[str, Any]) -> Self:
        import sklearn

        if not sklearn.get_config().get("enable_metadata_routing"):
            raise RuntimeError(
                "Metadata routing is off. Turn it on with "
                "sklearn.set_config(enable_metadata_routing=True)."
            )
        known = self._list_metadata(method)
        if unknown := set(requests) - set(known):
            raise TypeError(
                f"Unexpected argument of set_{method}_request. Expected one "
                f"of {sorted(known)}. Received: {min(unknown)!r}"
            )
        routing = self.get_metadata_routing()
        for name, alias in requests.items():
            getattr(routing, method).add_request(param=name, alias=alias)
        self._metadata_request = routing
        return self

    def _list_metadata(self, method: str) -> list[str]:
        arguments = inspect.signature(getattr(type(self), method)).parameters
        return [name for name in arguments if name not in _DATA]

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags
        from sklearn.utils import InputTags
        from sklearn.utils import Tags
        from sklearn.utils import TargetTags

        several = bool(self.get_params()["multi_label"])
        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True, multi_output=several),
            classifier_tags=ClassifierTags(multi_label=several),
            input_tags=InputTags(
                one_d_array=True, two_d_array=False, string=True
            ),
        )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "predictor_")

    def __repr__(self) -> str:
        signature = inspect.signature(type(self)).parameters
        changed = ", ".join(
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(signature[name].default)
        )
        return f"{type(self).__name__}({changed})"


def check_is_fitted(estimator: Estimator) -> None:
    """Raise scikit-learn's NotFittedError before `fit`.

    Without scikit-learn it is an error of that name which, like it, is a
    ValueError and an AttributeError.
    """
    if estimator.__sklearn_is_fitted__():
        return
    raise _get_not_fitted_error()(
        "The classifier is not trained yet. Call `fit` first, or "
        f"`{type(estimator).__name__}.load`."
    )


class NotFittedError(ValueError, AttributeError):
    """Raised before `fit` where scikit-learn is not installed."""


def _get_not_fitted_error() -> type[Exception]:
    try:
        import sklearn.exceptions
    except ImportError:
        return NotFittedError
    return sklearn.exceptions.NotFittedError
