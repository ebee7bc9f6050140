"""What the machine can do at most, by the products of the backend in use."""

import statistics
import time

import keras
import numpy as np
from keras import ops


def measure_ceilings(size):
    """Bytes a second of a copy, products a second of large matrices."""
    values = np.ones((size, 2**13), "float32")
    target = np.empty_like(values)
    seconds, _ = time_calls(lambda: np.copyto(target, values))
    ceilings = {"copy": 2 * values.nbytes / seconds}
    for dtype in ("float32", "bfloat16"):
        matrix = ops.ones((size, size), dtype)
        seconds, cpu = time_calls(
            lambda m=matrix: np.asarray(
                ops.convert_to_numpy(ops.matmul(m, m)[:1, :1])
            )
        )
        ceilings[dtype] = 2 * size**3 / seconds
        ceilings[f"{dtype}, a second of a core"] = 2 * size**3 / cpu
    return {"backend": keras.backend.backend(), **ceilings}


def time_calls(function, rounds=7):
    """Median seconds, and seconds of the processor, of a call."""
    function()
    times = []
    for _ in range(rounds):
        start, cpu = time.perf_counter(), time.process_time()
        function()
        times.append((time.perf_counter() - start, time.process_time() - cpu))
    return [statistics.median(each) for each in zip(*times, strict=True)]
