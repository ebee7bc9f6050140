"""A GRU on TensorFlow whose training does little besides its products."""

from functools import cache
from typing import Any

import tensorflow as tf

_Arrays = tuple[tf.TensorArray, ...]


def is_faster(dtype: str) -> bool:
    """Whether `run_gru` is faster than Keras: not on a GPU, which has cuDNN.

    In half precision neither: there Keras computes all in half the memory.
    """
    return dtype in ("float32", "float64") and not _has_gpu()


@cache
def _has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


def run_gru(inputs: tf.Tensor, weights: list[tf.Tensor]) -> tf.Tensor:
    """What `keras.layers.GRU` gives for every step, without a mask.

        z, r = sigmoid(x W_zr + a_zr + h U_zr + b_zr)
        m    = h U_c + b_c
        c    = tanh(x W_c + a_c + r m)
        h'   = z h + (1 - z) c

    Keras cuts gates out by slices, each of which has a gradient of the size
    of all, to be added up; here z and r are one tensor. Each step multiplies
    its inputs, and adds to the gradients of the weights, while both are in
    the cache.

    Args:
        inputs: (B, T, D) with a step at least.
        weights: Kernel, recurrent kernel and bias, as Keras has them with
            `reset_after=True`, in the type of the inputs.

    Returns:
        (B, T, units).
    """
    # A gradient of our own is of tensors, not of variables.
    kernel, recurrent, bias = (tf.convert_to_tensor(each) for each in weights)
    steps = tf.transpose(inputs, (1, 0, 2))
    states = _run(steps, kernel, bias[0], recurrent, bias[1])
    return tf.transpose(states, (1, 0, 2))


@tf.custom_gradient
def _run(
    steps: tf.Tensor,
    kernel: tf.Tensor,
    bias: tf.Tensor,
    recurrent: tf.Tensor,
    recurrent_bias: tf.Tensor,
) -> Any:
    """The states (T, B, units) of steps (T, B, D)."""
    arrays = _run_forward(steps, kernel, bias, recurrent, recurrent_bias)

    def differentiate(gradient: tf.Tensor) -> tuple[tf.Tensor, ...]:
        return _run_backward(gradient, steps, arrays[1:], kernel, recurrent)

    return arrays[0].stack(), differentiate


def _run_forward(
    steps: tf.Tensor,
    kernel: tf.Tensor,
    bias: tf.Tensor,
    recurrent: tf.Tensor,
    recurrent_bias: tf.Tensor,
) -> _Arrays:
    """The states, and of each step the one before, z and r, c, and m."""
    number, batch_size = tf.unstack(tf.shape(steps)[:2])
    units = recurrent.shape[0]
    sizes = [2 * units, units]

    def run_step(t: tf.Tensor, state: tf.Tensor, arrays: _Arrays) -> Any:
        given = tf.nn.bias_add(steps[t] @ kernel, bias)
        of_gates, of_c = tf.split(given, sizes, axis=1)
        product = tf.nn.bias_add(state @ recurrent, recurrent_bias)
        product_gates, product = tf.split(product, sizes, axis=1)
        gates = tf.sigmoid(of_gates + product_gates)
        z, r = tf.split(gates, 2, axis=1)
        candidate = tf.tanh(of_c + r * product)
        new_state = z * state + (1 - z) * candidate
        kept = new_state, state, gates, candidate, product
        return t + 1, new_state, _write(arrays, t, kept)

    start = tf.zeros((batch_size, units), steps.dtype)
    shapes = [(None, size * units) for size in (1, 1, 2, 1, 1)]
    return tf.while_loop(
        lambda t, *_: t < number,
        run_step,
        (tf.constant(0), start, _make_arrays(number, steps.dtype, shapes)),
        maximum_iterations=number,
    )[-1]


def _run_backward(
    gradient: tf.Tensor,
    steps: tf.Tensor,
    arrays: _Arrays,
    kernel: tf.Tensor,
    recurrent: tf.Tensor,
) -> tuple[tf.Tensor, ...]:
    """The gradients of what `_run` is given, from that of the states."""
    number = tf.shape(steps)[0]

    def run_step(
        t: tf.Tensor, of_state: tf.Tensor, sums: Any, found: _Arrays
    ) -> Any:
        of_state = of_state + gradient[t]
        state, gates, candidate, product = (each.read(t) for each in arrays)
        z, r = tf.split(gates, 2, axis=1)
        of_c = of_state * (1 - z) * (1 - candidate * candidate)
        of_gates = [of_state * (state - candidate), of_c * product]
        of_gates = tf.concat(of_gates, axis=1) * gates * (1 - gates)
        of_inputs = tf.concat([of_gates, of_c], axis=1)
        of_products = tf.concat([of_gates, of_c * r], axis=1)
        added = (
            tf.matmul(steps[t], of_inputs, transpose_a=True),
            tf.reduce_sum(of_inputs, axis=0),
            tf.matmul(state, of_products, transpose_a=True),
            tf.reduce_sum(of_products, axis=0),
        )
        sums = tuple(a + b for a, b in zip(sums, added, strict=True))
        of_step = tf.matmul(of_inputs, kernel, transpose_b=True)
        of_state = of_state * z
        of_state += tf.matmul(of_products, recurrent, transpose_b=True)
        return t - 1, of_state, sums, _write(found, t, [of_step])

    size = kernel.shape[1]
    shapes = kernel.shape, (size,), recurrent.shape, (size,)
    sums = tuple(tf.zeros(shape, steps.dtype) for shape in shapes)
    of_steps = _make_arrays(number, steps.dtype, [(None, steps.shape[2])])
    _, _, sums, (of_steps,) = tf.while_loop(
        lambda t, *_: t >= 0,
        run_step,
        (number - 1, tf.zeros_like(gradient[0]), sums, of_steps),
        maximum_iterations=number,
    )
    return of_steps.stack(), *sums


def _make_arrays(
    number: tf.Tensor, dtype: tf.DType, shapes: list[Any]
) -> _Arrays:
    return tuple(
        tf.TensorArray(
            dtype, number, clear_after_read=False, element_shape=shape
        )
        for shape in shapes
    )


def _write(arrays: _Arrays, t: tf.Tensor, values: Any) -> _Arrays:
    pairs = zip(arrays, values, strict=True)
    return tuple(array.write(t, value) for array, value in pairs)
