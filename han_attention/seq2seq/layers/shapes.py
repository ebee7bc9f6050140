"""Checks of the shapes of tensors, as far as they are known."""

from typing import Any

from han_attention.types import Shape


def check_shape(name: str, tensor: Any, expected: Shape) -> None:
    """Raise unless the tensor is None or has the shape, None = not known."""
    if tensor is None:
        return
    received = tuple(tensor.shape)
    if len(received) != len(expected) or any(
        a is not None and b is not None and a != b
        for a, b in zip(received, expected, strict=True)
    ):
        raise ValueError(
            f"Invalid shape of argument `{name}`. Expected {tuple(expected)}. "
            f"Received: {name}.shape={received}"
        )


def check_sequences(name: str, shape: Shape) -> int:
    """Return D if the shape is (B, T, D) with a known D and T not 0."""
    features = shape[-1] if len(shape) == 3 else None
    if features is None or shape[1] == 0:
        raise ValueError(
            f"Invalid shape of argument `{name}`. Expected (batch, steps, "
            "features) with known features and at least one step. "
            f"Received: {name}.shape={tuple(shape)}"
        )
    return features
