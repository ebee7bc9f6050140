"""Type aliases shared by the package."""

from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

# Keras has no static tensor type that holds on all of its backends.
Tensor: TypeAlias = Any
Shape: TypeAlias = Sequence[int | None]
InitializerLike: TypeAlias = Any
RegularizerLike: TypeAlias = Any
ConstraintLike: TypeAlias = Any
