"""What the sequence model does otherwise on one backend than on another."""

from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class BackendTraits:
    """How a loop is best run on a backend.

    Attributes:
        supports_jit: Whether the gradient of `ops.scan` can be compiled.
        scan_unroll: Steps of `ops.scan` in one round of its loop.
        pad_to_multiple_of: To which number of steps a batch is padded.
    """

    supports_jit: bool = True
    scan_unroll: int = 1
    pad_to_multiple_of: int = 1


_TRAITS = {
    # XLA has no gradient of `ops.scan` there: with jit_compile="auto" it is
    # avoided. The gradients of the steps of one round are computed together.
    "tensorflow": BackendTraits(supports_jit=False, scan_unroll=32),
    # Compiles anew for every shape, so it gets few of them.
    "jax": BackendTraits(pad_to_multiple_of=16),
}


def get_backend_traits() -> BackendTraits:
    """Those of the backend that Keras runs on."""
    return _TRAITS.get(keras.backend.backend(), BackendTraits())
