"""`BiGRU` in training beside Keras' masked `Bidirectional(GRU)`, in turns.

    python benchmarks/recurrence_speed.py
    python benchmarks/recurrence_speed.py --dtype mixed_bfloat16

Forward and backward of a batch of the size of the preset `imdb`, on one core,
in seconds of the processor. TensorFlow.
"""

import argparse
import os
import statistics
import time

import keras
import numpy as np
import tensorflow as tf

from han_attention import BiGRU


def compile_gradient(layer, training):
    """A function from inputs and mask to all gradients, which it waits for."""

    @tf.function
    def differentiate(inputs, mask):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, mask=mask, training=training)
            total = tf.reduce_sum(tf.cast(outputs, "float32") ** 2)
        return tape.gradient(total, [inputs, *layer.trainable_variables])

    return lambda *given: differentiate(*given)[0].numpy()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    flags = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    generator = np.random.default_rng(0)
    shape = (flags.batch, flags.steps, 100)
    inputs = tf.constant(generator.normal(size=shape), "float32")
    lengths = generator.integers(flags.steps * 4 // 5, flags.steps, flags.batch)
    mask = tf.constant(np.arange(flags.steps) < lengths[:, None])
    ours = BiGRU(150, dtype=flags.dtype)
    plain = keras.layers.Bidirectional(
        keras.layers.GRU(150, return_sequences=True, dtype=flags.dtype),
        dtype=flags.dtype,
    )
    for layer in (ours, plain):
        layer.build(shape)
    ways = {
        "BiGRU": compile_gradient(ours, True),
        "BiGRU, Keras' loop": compile_gradient(ours, False),
        "Bidirectional": compile_gradient(plain, True),
    }
    times = {name: [] for name in ways}
    for n in range(flags.rounds + 1):
        for name, way in ways.items():
            start = time.process_time()
            way(inputs, mask)
            if n:  # the first one compiles
                times[name].append(time.process_time() - start)
    for name, each in times.items():
        ratios = [b / a for a, b in zip(times["BiGRU"], each, strict=True)]
        print(
            f"{name:20}{statistics.median(each):6.2f} s, "
            f"{min(each):.2f} to {max(each):.2f}; of BiGRU's "
            f"{statistics.median(ratios):.2f}"
        )


if __name__ == "__main__":
    main()
