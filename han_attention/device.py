"""What Keras runs on here, and how to make it repeatable there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras

_PROCESSOR = Path("/proc/cpuinfo")
_BFLOAT16 = {"avx512_bf16", "amx_bf16", "bf16"}  # the last one is of Arm


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


def choose_policy(precision: str | None) -> str:
    """The dtype policy of Keras for a precision of the settings.

    Args:
        precision: `"float32"`, `"float16"`, `"bfloat16"`, `"auto"`, or None:
            as Keras is set. `"auto"` is bfloat16 on TensorFlow where the
            processor multiplies it, which was measured to gain
            (`benchmarks/speed.py`), and float32 else.

    Raises:
        ValueError: for bfloat16 on a processor that has none.
    """
    if precision is None:
        return str(keras.config.dtype_policy().name)
    on_cpu = gpu_name() is None
    if precision == "auto":
        on_tensorflow = keras.backend.backend() == "tensorflow"
        gains = on_cpu and on_tensorflow and bool(multiplies_bfloat16())
        precision = "bfloat16" if gains else "float32"
    if precision == "float32":
        return precision
    if precision == "bfloat16" and on_cpu and multiplies_bfloat16() is False:
        raise ValueError(
            "Invalid value for argument `precision`. Expected 'float32' or "
            "'auto' on a processor without bfloat16 (avx512_bf16, amx_bf16). "
            f"Received: precision={precision!r}"
        )
    return f"mixed_{precision}"


def multiplies_bfloat16() -> bool | None:
    """Whether the processor does; None if it does not say (not Linux)."""
    try:
        text = _PROCESSOR.read_text()
    except OSError:
        return None
    flags = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    if flags is None:
        return None
    return not _BFLOAT16.isdisjoint(flags[1].split())


@contextmanager
def dtype_policy(name: str) -> Iterator[None]:
    """Build what is inside with a dtype policy of Keras."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
