"""The weights of a layer that has one option for all kernels or biases."""

from typing import Any

import keras

from han_attention.types import Shape


def add_weight(
    layer: Any, name: str, shape: Shape, autocast: bool = True
) -> Any:
    """Add a weight with the layer's options for biases or for kernels."""
    kind = "bias" if name.endswith("bias") else "kernel"
    initializer = getattr(layer, f"{kind}_initializer")
    if isinstance(initializer, keras.initializers.Initializer):
        # One object gives equal numbers for equal shapes.
        initializer = initializer.clone()
    return layer.add_weight(
        name=name,
        shape=shape,
        initializer=initializer,
        regularizer=getattr(layer, f"{kind}_regularizer"),
        autocast=autocast,
    )


def weight_config(layer: Any) -> dict[str, Any]:
    """The layer's options for its kernels and biases, serialized."""
    config = {}
    for weight in ("kernel", "bias"):
        for kind in ("initializer", "regularizer"):
            name = f"{weight}_{kind}"
            module = getattr(keras, f"{kind}s")
            config[name] = module.serialize(getattr(layer, name))
    return config
