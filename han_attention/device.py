"""What Keras runs on here, and how to make it repeatable there."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras


def gpu_name() -> str | None:
    """The name of the GPU that Keras uses here, or None."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        if gpus:
            details = tf.config.experimental.get_device_details(gpus[0])
            return str(details.get("device_name", gpus[0].name))
    elif backend == "jax":
        import jax

        device = jax.devices()[0]
        if device.platform != "cpu":
            return str(device.device_kind)
    elif backend == "torch":
        import torch

        if torch.cuda.is_available():
            return str(torch.cuda.get_device_name())
    return None


def describe_device(number: int = 1) -> str:
    """One line: the backend, the devices and the precision in use."""
    several = f"{number} x " if number > 1 else ""
    return (
        f"Keras {keras.version()} on {keras.backend.backend()}, "
        f"{several}{gpu_name() or 'CPU'}, {keras.config.dtype_policy().name}"
    )


def make_repeatable(seed: int) -> None:
    """Seed Python, NumPy and the backend; on CPU runs repeat bit for bit.

    On a TensorFlow GPU the faster kernels stay, which are not deterministic.
    """
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow" and gpu_name() is None:
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


@contextmanager
def precision(mixed: bool) -> Iterator[None]:
    """Build what is inside with float16 computation, or as Keras is set."""
    before = keras.config.dtype_policy()
    if mixed:
        keras.config.set_dtype_policy("mixed_float16")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
