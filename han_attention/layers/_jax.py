"""A GRU on JAX for processors: what a step needs stays in their cache."""

from typing import Any

import jax
import jax.numpy as jnp

_Gradients = tuple[jax.Array, ...]


def runs_on_processor() -> bool:
    """Whether JAX has no GPU or TPU, whose memory is another matter."""
    return jax.default_backend() == "cpu"


def run_gru(inputs: jax.Array, weights: list[jax.Array]) -> jax.Array:
    """What `keras.layers.GRU` gives for every step, without a mask.

        z, r = sigmoid(x W_zr + a_zr + h U_zr + b_zr)
        m    = h U_c + b_c
        c    = tanh(x W_c + a_c + r m)
        h'   = z h + (1 - z) c

    Each step multiplies its inputs, and adds to the gradients of the weights,
    while both are in the cache: all inputs at once, as Keras has it, and all
    gradients at once are products that memory waits for. In half precision
    all is computed in float32, which processors multiply as fast here.

    Args:
        inputs: (B, T, D) with a step at least.
        weights: Kernel, recurrent kernel and bias, as Keras has them with
            `reset_after=True`.

    Returns:
        (B, T, units).
    """
    dtype = jnp.promote_types(inputs.dtype, jnp.float32)
    kernel, recurrent, bias = (each.astype(dtype) for each in weights)
    steps = jnp.swapaxes(inputs.astype(dtype), 0, 1)
    states = _run(steps, kernel, bias[0], recurrent, bias[1])
    return jnp.swapaxes(states, 0, 1).astype(inputs.dtype)


@jax.custom_vjp
def _run(
    steps: jax.Array,
    kernel: jax.Array,
    bias: jax.Array,
    recurrent: jax.Array,
    recurrent_bias: jax.Array,
) -> jax.Array:
    """The states (T, B, units) of steps (T, B, D)."""
    return _run_forward(steps, kernel, bias, recurrent, recurrent_bias)[0]


def _run_forward(
    steps: jax.Array,
    kernel: jax.Array,
    bias: jax.Array,
    recurrent: jax.Array,
    recurrent_bias: jax.Array,
) -> tuple[jax.Array, Any]:
    """The states, and what the gradients need of each step."""

    def run_step(state: jax.Array, step: jax.Array) -> Any:
        of_z, of_r, of_c = jnp.split(step @ kernel + bias, 3, axis=-1)
        product = state @ recurrent + recurrent_bias
        product_z, product_r, product = jnp.split(product, 3, axis=-1)
        z = jax.nn.sigmoid(of_z + product_z)
        r = jax.nn.sigmoid(of_r + product_r)
        candidate = jnp.tanh(of_c + r * product)
        new_state = z * state + (1 - z) * candidate
        return new_state, (new_state, (state, z, r, candidate, product))

    start = jnp.zeros((steps.shape[1], recurrent.shape[0]), steps.dtype)
    _, (states, kept) = jax.lax.scan(run_step, start, steps)
    return states, (steps, kept, kernel, recurrent)


def _run_backward(residuals: Any, gradient: jax.Array) -> _Gradients:
    """The gradients of what `_run` is given, from that of the states."""
    steps, kept, kernel, recurrent = residuals

    def run_step(carry: Any, step: Any) -> Any:
        of_state, sums = carry
        of_output, inputs, (state, z, r, candidate, product) = step
        of_state = of_state + of_output
        of_c = of_state * (1 - z) * (1 - candidate * candidate)
        of_z = of_state * (state - candidate) * z * (1 - z)
        of_r = of_c * product * r * (1 - r)
        of_inputs = jnp.concatenate([of_z, of_r, of_c], axis=-1)
        of_products = jnp.concatenate([of_z, of_r, of_c * r], axis=-1)
        added = (
            inputs.T @ of_inputs,
            of_inputs.sum(axis=0),
            state.T @ of_products,
            of_products.sum(axis=0),
        )
        sums = tuple(a + b for a, b in zip(sums, added, strict=True))
        of_state = of_state * z + of_products @ recurrent.T
        return (of_state, sums), of_inputs @ kernel.T

    size = kernel.shape[1]
    shapes = kernel.shape, (size,), recurrent.shape, (size,)
    start = (
        jnp.zeros_like(gradient[0]),
        tuple(jnp.zeros(shape, kernel.dtype) for shape in shapes),
    )
    (_, sums), of_steps = jax.lax.scan(
        run_step, start, (gradient, steps, kept), reverse=True
    )
    return of_steps, *sums


_run.defvjp(_run_forward, _run_backward)
