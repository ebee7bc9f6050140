"""scikit-learn's protocol of a classifier, without scikit-learn."""

import inspect
from abc import ABC
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any
from typing import Self

import numpy as np

from han_attention.data.labels import check_labels
from han_attention.validation import check_choice


class Estimator(ABC):
    """Settings that scikit-learn can read, change, copy and print.

    A subclass keeps each argument of its `__init__` in an attribute of the
    same name, and sets `predictor_` when it is fitted.

    Reference:
        https://scikit-learn.org/stable/developers/develop.html
    """

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
        """Change settings; the next `fit` uses them."""
        for name, value in settings.items():
            check_choice("set_params", name, self.parameters())
            setattr(self, name, value)
        return self

    def score(self, X: Sequence[str], y: Sequence[Any]) -> float:
        """Accuracy: the share of texts with exactly the right label(s)."""
        predicted = self.predict(X)
        pairs = zip(predicted, check_labels(y, len(predicted)), strict=True)
        if self.get_params()["multi_label"]:
            return float(np.mean([set(a) == set(b) for a, b in pairs]))
        return float(np.mean([a == b for a, b in pairs]))

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags
        from sklearn.utils import InputTags
        from sklearn.utils import Tags
        from sklearn.utils import TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(
                multi_label=self.get_params()["multi_label"]
            ),
            input_tags=InputTags(
                one_d_array=True, two_d_array=False, string=True
            ),
        )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "predictor_")

    def check_is_fitted(self) -> None:
        """Raise unless `fit` or `load` was called."""
        if not hasattr(self, "predictor_"):
            raise ValueError(
                "The classifier is not trained yet. Call `fit` first, or "
                "`TextClassifier.load`."
            )

    def __repr__(self) -> str:
        signature = inspect.signature(type(self)).parameters
        changed = ", ".join(
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if value != signature[name].default
        )
        return f"{type(self).__name__}({changed})"
