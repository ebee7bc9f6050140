"""A GRU on TensorFlow whose backward pass does little within its loop."""

from functools import cache
from typing import Any

import tensorflow as tf

_Arrays = tuple[tf.TensorArray, ...]


@cache
def is_on_processor() -> bool:
    """Where Keras would add up gradients in a loop; a GPU has cuDNN."""
    return not tf.config.list_physical_devices("GPU")


def run_gru(inputs: tf.Tensor, weights: list[tf.Tensor]) -> tf.Tensor:
    """What `keras.layers.GRU` gives for every step, without a mask.

        z, r = sigmoid(x W_zr + a_zr + h U_zr + b_zr)
        m    = h U_c + b_c
        c    = tanh(x W_c + a_c + r m)
        h'   = z h + (1 - z) c

    The products of all inputs are one product before the loop, and those that
    give the gradients of the weights one after it, where TensorFlow would add
    up a gradient in every step. In half precision only the products are in
    that; the state is in float32.

    Args:
        inputs: (B, T, D) with a step at least.
        weights: Kernel, recurrent kernel and bias, as Keras has them with
            `reset_after=True`, in the type of the inputs.

    Returns:
        (B, T, units).
    """
    kernel, recurrent, bias = weights
    half = inputs.dtype in (tf.float16, tf.bfloat16)
    dtype = tf.float32 if half else inputs.dtype
    units = recurrent.shape[0]
    gates = 2 * units
    of_x, of_h = tf.unstack(tf.cast(bias, dtype))
    steps = tf.transpose(inputs, (1, 0, 2))
    outputs = _run(
        _project(steps, kernel[:, :gates], of_x[:gates]),
        _project(steps, kernel[:, gates:], of_x[gates:]),
        recurrent[:, :gates],
        recurrent[:, gates:],
        of_h[:gates],
        of_h[gates:],
    )
    return tf.cast(tf.transpose(outputs, (1, 0, 2)), inputs.dtype)


def _project(steps: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    """x W + b of all steps (T, B, D)."""
    shape = tf.concat([tf.shape(steps)[:2], tf.shape(kernel)[1:]], axis=0)
    flat = tf.reshape(steps, (-1, steps.shape[-1]))
    product = tf.cast(tf.matmul(flat, kernel), bias.dtype)
    return tf.reshape(tf.nn.bias_add(product, bias), shape)


@tf.custom_gradient
def _run(
    of_gates: tf.Tensor,
    of_candidates: tf.Tensor,
    gate_kernel: tf.Tensor,
    candidate_kernel: tf.Tensor,
    gate_bias: tf.Tensor,
    candidate_bias: tf.Tensor,
) -> Any:
    """The states (T, B, units), from what the inputs give each step."""
    kernels = gate_kernel, candidate_kernel
    biases = gate_bias, candidate_bias
    arrays = _run_forward(of_gates, of_candidates, kernels, biases)
    states = arrays[0].stack()

    def differentiate(gradient: tf.Tensor) -> tuple[tf.Tensor, ...]:
        found = _run_backward(gradient, states, arrays[1:], kernels)
        gates, candidates, products = (each.stack() for each in found)
        return (
            gates,
            candidates,
            _multiply_with_states(states, gates, gate_kernel.dtype),
            _multiply_with_states(states, products, gate_kernel.dtype),
            tf.reduce_sum(gates, axis=(0, 1)),
            tf.reduce_sum(products, axis=(0, 1)),
        )

    return states, differentiate


def _run_forward(
    of_gates: tf.Tensor,
    of_candidates: tf.Tensor,
    kernels: tuple[tf.Tensor, tf.Tensor],
    biases: tuple[tf.Tensor, tf.Tensor],
) -> _Arrays:
    """States, gates, candidates and products of the state, step by step."""
    number, batch_size = tf.unstack(tf.shape(of_gates)[:2])
    units = kernels[1].shape[0]

    def run_step(t: tf.Tensor, state: tf.Tensor, arrays: _Arrays) -> Any:
        product = tf.nn.bias_add(_multiply(state, kernels[0]), biases[0])
        gates = tf.sigmoid(of_gates[t] + product)
        z, r = gates[:, :units], gates[:, units:]
        product = tf.nn.bias_add(_multiply(state, kernels[1]), biases[1])
        candidate = tf.tanh(of_candidates[t] + r * product)
        # In this order its rounding is that of Keras.
        state = z * state + (1 - z) * candidate
        state = tf.ensure_shape(state, (None, units))
        return t + 1, state, _write(arrays, t, state, gates, candidate, product)

    start = tf.zeros((batch_size, units), of_gates.dtype)
    arrays = _make_arrays(number, of_gates.dtype, 4)
    return tf.while_loop(
        lambda t, *_: t < number,
        run_step,
        (tf.constant(0), start, arrays),
        maximum_iterations=number,
    )[-1]


def _run_backward(
    gradient: tf.Tensor,
    states: tf.Tensor,
    arrays: _Arrays,
    kernels: tuple[tf.Tensor, tf.Tensor],
) -> _Arrays:
    """Gradients of what is given to gates and candidates, and of products."""
    number = tf.shape(states)[0]
    units = kernels[1].shape[0]
    all_gates, candidates, products = arrays
    start = tf.zeros_like(states[0])

    def run_step(t: tf.Tensor, of_state: tf.Tensor, found: _Arrays) -> Any:
        of_state = of_state + gradient[t]
        before = tf.where(t > 0, states[tf.maximum(t - 1, 0)], start)
        gates, candidate = all_gates.read(t), candidates.read(t)
        z, r = gates[:, :units], gates[:, units:]
        of_candidate = of_state * (1 - z) * (1 - candidate * candidate)
        of_product = of_candidate * r
        of_z = of_state * (before - candidate) * z * (1 - z)
        of_r = of_candidate * products.read(t) * r * (1 - r)
        of_gates = tf.concat([of_z, of_r], axis=1)
        of_state = (
            of_state * z
            + _multiply(of_gates, kernels[0], transpose_b=True)
            + _multiply(of_product, kernels[1], transpose_b=True)
        )
        of_state = tf.ensure_shape(of_state, (None, units))
        return (
            t - 1,
            of_state,
            _write(found, t, of_gates, of_candidate, of_product),
        )

    return tf.while_loop(
        lambda t, *_: t >= 0,
        run_step,
        (number - 1, start, _make_arrays(number, states.dtype, 3)),
        maximum_iterations=number,
    )[-1]


def _make_arrays(number: tf.Tensor, dtype: tf.DType, count: int) -> _Arrays:
    return tuple(
        tf.TensorArray(dtype, number, clear_after_read=False)
        for _ in range(count)
    )


def _write(arrays: _Arrays, t: tf.Tensor, *values: tf.Tensor) -> _Arrays:
    return tuple(
        array.write(t, value)
        for array, value in zip(arrays, values, strict=True)
    )


def _multiply(state: tf.Tensor, kernel: tf.Tensor, **options: Any) -> tf.Tensor:
    """A product in the type of the kernel; the result has that of the state."""
    product = tf.matmul(tf.cast(state, kernel.dtype), kernel, **options)
    return tf.cast(product, state.dtype)


def _multiply_with_states(
    states: tf.Tensor, gradients: tf.Tensor, dtype: tf.DType
) -> tf.Tensor:
    """The sum over all steps of h_(t-1) and a gradient at t, (units, ...)."""
    before = tf.reshape(states[:-1], (-1, states.shape[-1]))
    after = tf.reshape(gradients[1:], (-1, gradients.shape[-1]))
    return tf.matmul(
        tf.cast(before, dtype), tf.cast(after, dtype), transpose_a=True
    )
