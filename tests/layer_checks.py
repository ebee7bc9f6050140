"""Checks that every layer of the package must pass, on any backend."""

import keras
import numpy as np
import pytest
from keras import ops


def to_numpy(structure):
    """NumPy arrays for a tensor or a tuple of tensors."""
    return keras.tree.map_structure(ops.convert_to_numpy, structure)


def assert_close(received, expected, atol=1e-6):
    """Equal numbers in two structures of tensors, in the same order."""
    for a, b in zip(
        keras.tree.flatten(received), keras.tree.flatten(expected), strict=True
    ):
        a, b = (to_numpy(ops.cast(x, "float32")) for x in (a, b))
        np.testing.assert_allclose(a, b, atol=atol)


def check_layer(make_layer, inputs, mask, tmp_path, call_arguments=None):
    """Check configuration, symbolic shapes, saving, training and precision.

    Args:
        make_layer: Makes the layer.
        inputs: An array, or a tuple of arrays.
        mask: Boolean array, or None.
        tmp_path: Where the model is saved.
        call_arguments: Further arguments of the call.
    """
    call_arguments = call_arguments or {}
    layer = make_layer()
    outputs = to_numpy(layer(inputs, mask=mask, **call_arguments))
    _check_config(layer)
    _check_refusal_of_quantized_policies(layer)
    model = _model(make_layer(), inputs, mask, call_arguments)
    _check_symbolic_shapes(model, outputs)
    if layer.trainable_weights:
        _check_one_step_changes_every_weight(model, inputs, mask)
    _check_saving(model, inputs, mask, tmp_path)
    _check_mixed_precision(make_layer, inputs, mask, call_arguments)


def _check_config(layer):
    config = layer.get_config()
    again = type(layer).from_config(config)
    assert again.get_config() == config
    # A configuration is data, and can be written as such.
    serialized = keras.saving.serialize_keras_object(layer)
    assert serialized["registered_name"].startswith("han_attention>")


def _check_refusal_of_quantized_policies(layer):
    for policy in ("int8_from_float32", "float8_from_mixed_bfloat16"):
        config = layer.get_config() | {"dtype": policy}
        with pytest.raises(ValueError, match=f"`dtype`.*dtype='{policy}'"):
            type(layer)(**config)


def _model(layer, inputs, mask, call_arguments):
    """Dynamic in every dimension but the features."""
    symbols = keras.tree.map_structure(
        lambda x: keras.Input(
            batch_shape=(None,) * (x.ndim - 1) + (x.shape[-1],)
        ),
        inputs,
    )
    all_inputs = list(keras.tree.flatten(symbols))
    symbolic_mask = None
    if mask is not None:
        symbolic_mask = keras.Input(
            batch_shape=(None,) * mask.ndim, dtype="bool"
        )
        all_inputs.append(symbolic_mask)
    outputs = layer(symbols, mask=symbolic_mask, **call_arguments)
    return keras.Model(all_inputs, outputs)


def _feed(inputs, mask):
    return [*keras.tree.flatten(inputs), *([] if mask is None else [mask])]


def _check_symbolic_shapes(model, outputs):
    for symbolic, real in zip(
        model.outputs, keras.tree.flatten(outputs), strict=True
    ):
        assert len(symbolic.shape) == real.ndim
        for size, real_size in zip(symbolic.shape, real.shape, strict=True):
            assert size in (None, real_size)


def _check_one_step_changes_every_weight(model, inputs, mask):
    # Squares of differences from random targets: no direction is flat.
    feed = _feed(inputs, mask)
    outputs = to_numpy(model(feed))
    targets = keras.tree.map_structure(
        lambda x: np.random.default_rng(3).normal(size=x.shape), outputs
    )
    model.compile(keras.optimizers.SGD(0.1), loss="mse", run_eagerly=True)
    before = [ops.convert_to_numpy(w) for w in model.trainable_weights]
    model.train_on_batch(feed, targets)
    for weight, old in zip(model.trainable_weights, before, strict=True):
        new = ops.convert_to_numpy(weight)
        assert np.all(np.isfinite(new)), weight.path
        assert np.any(new != old), weight.path


def _check_saving(model, inputs, mask, tmp_path):
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    feed = _feed(inputs, mask)
    # One of the two as a graph, whose sizes are not known.
    assert_close(loaded(feed), model.predict_on_batch(feed))


def _check_mixed_precision(make_layer, inputs, mask, call_arguments):
    keras.config.set_dtype_policy("mixed_bfloat16")
    layer = make_layer()
    keras.config.set_dtype_policy("float32")
    outputs = layer(inputs, mask=mask, **call_arguments)
    first = keras.tree.flatten(outputs)[0]
    assert keras.backend.standardize_dtype(first.dtype) == "bfloat16"
    for weight in layer.weights:
        assert weight.dtype == "float32"
    full = make_layer()
    full.build(keras.tree.map_structure(lambda x: x.shape, inputs))
    full.set_weights(layer.get_weights())
    expected = full(inputs, mask=mask, **call_arguments)
    assert_close(outputs, expected, atol=0.05)


def right_mask(lengths, steps):
    """(B, T) boolean mask for right-padded rows of the given lengths."""
    return np.arange(steps) < np.asarray(lengths)[:, None]


def randomize(model, seed=2, scale=1.0):
    """Other weights for what is trained; what counts or names stays."""
    generator = np.random.default_rng(seed)
    for weight in model.weights:
        if weight.trainable:
            weight.assign(generator.normal(scale=scale, size=weight.shape))
    return model
