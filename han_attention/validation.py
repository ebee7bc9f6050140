"""Checks of arguments: each returns the value or raises a clear ValueError."""

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from numbers import Integral
from numbers import Real
from typing import Any


def check_positive_integer(name: str, value: int) -> int:
    """Return `value` as an int if it is a positive integer."""
    if not _is_integer(value) or value < 1:
        raise ValueError(_message(name, value, "a positive integer"))
    return int(value)


def check_integer(
    name: str, value: int, least: int, most: int | None = None
) -> int:
    """Return `value` as an int if it is an integer from `least` to `most`."""
    if (
        not _is_integer(value)
        or value < least
        or (most is not None and value > most)
    ):
        limits = f"from {least}" + ("" if most is None else f" to {most}")
        raise ValueError(_message(name, value, f"an integer {limits}"))
    return int(value)


def check_ngram_range(name: str, value: Any) -> tuple[int, int]:
    """Return `value` as a pair if it is (shortest, longest) of n-grams."""
    try:
        shortest, longest = value
        shortest = check_integer(name, shortest, 1)
        return shortest, check_integer(name, longest, shortest)
    except (TypeError, ValueError):
        expected = (
            "a pair of integers (shortest, longest) with 1 <= shortest <= "
            "longest"
        )
        raise ValueError(_message(name, value, expected)) from None


def check_positive_number(name: str, value: float) -> float:
    """Return `value` as a float if it is positive and finite."""
    if (
        isinstance(value, bool)
        or not isinstance(value, Real)
        or not 0 < value < float("inf")
    ):
        raise ValueError(_message(name, value, "a positive number"))
    return float(value)


def check_rate(name: str, value: float) -> float:
    """Return `value` as a float if it is in [0, 1)."""
    if not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(_message(name, value, "a number in [0, 1)"))
    return float(value)


def check_choice(name: str, value: str, choices: Collection[str]) -> str:
    """Return `value` if it is one of `choices`."""
    if value not in choices:
        raise ValueError(_message(name, value, f"one of {sorted(choices)}"))
    return value


def check_text(name: str, value: str) -> str:
    """Return `value` if it is a string that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError(_message(name, value, "a text that is not empty"))
    return value


def check_boolean(name: str, value: bool) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(value, bool):
        raise ValueError(_message(name, value, "True or False"))
    return value


def check_class_weight(name: str, value: Any) -> Any:
    """Return `value` if it is "balanced", or weights of some labels."""
    if not isinstance(value, Mapping):
        return check_choice(name, value, ["balanced"])
    for weight in value.values():
        check_positive_number(name, weight)
    return {label: float(weight) for label, weight in value.items()}


def check_optimizer(name: str, value: Any) -> Any:
    """Return `value` if it is a name, an optimizer, or the config of one."""
    if isinstance(value, str) and value:
        return value
    if isinstance(value, Mapping) and "class_name" in value:
        return value
    if hasattr(value, "get_config") and hasattr(value, "apply_gradients"):
        return value
    expected = "the name of a Keras optimizer, or an optimizer"
    raise ValueError(_message(name, value, expected))


def check_mask_shape(mask: Any, expected: Sequence[int | None]) -> None:
    """Raise unless the mask is None or has the shape, None = not known."""
    if mask is None:
        return
    received = tuple(mask.shape)
    if not _can_be_same(received, expected):
        raise ValueError(
            "Invalid shape of argument `mask`. Expected the shape of the "
            f"inputs without the last dimension, {tuple(expected)}. "
            f"Received: mask.shape={received}"
        )


def check_pair_shapes(shapes: Sequence[Sequence[int | None]]) -> None:
    """Raise unless there are two shapes that differ in the last size alone."""
    if len(shapes) != 2 or not _can_be_same(*(each[:-1] for each in shapes)):
        raise ValueError(
            "Invalid shape of the inputs. Expected one tensor, or a pair of "
            "the same shape but for the last dimension: both directions of an "
            "RNN, not the query and the value that Keras' `Attention` takes. "
            f"Received: {len(shapes)} of input_shape={shapes}"
        )


def _can_be_same(
    first: Sequence[int | None], second: Sequence[int | None]
) -> bool:
    """Whether two shapes agree, where None is any size."""
    return len(first) == len(second) and all(
        a is None or b is None or a == b
        for a, b in zip(first, second, strict=True)
    )


def check_float_policy(layer: Any) -> None:
    """Raise if a Keras layer is made with a policy of integers or float8."""
    if layer.quantization_mode:
        name = type(layer).__name__
        raise ValueError(
            f"Invalid value for argument `dtype`. Expected a float policy: "
            f"{name} is not quantized, and `model.quantize` leaves it as it "
            f"is. Received: dtype={layer.dtype_policy.name!r}"
        )


@contextmanager
def name_argument(name: str) -> Iterator[None]:
    """Say in the errors raised inside which argument they are about."""
    try:
        yield
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        message = f"Invalid value for argument `{name}`. {error}"
        raise kind(message) from error


def _is_integer(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _message(name: str, value: object, expected: str) -> str:
    return (
        f"Invalid value for argument `{name}`. Expected {expected}. "
        f"Received: {name}={value!r}"
    )
