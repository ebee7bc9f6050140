"""What a GPU gives: the layers beside the card's limits, and whole trainings.

    KERAS_BACKEND=torch python benchmarks/gpu.py --data aclImdb_v1.tar.gz

Each number stands beside its limit, measured in the same run: the bytes that a
copy moves in a second, and the products of large matrices. `--small` is for a
machine without a card: the same with few reviews. JAX and PyTorch.
"""

import argparse
import os
import statistics
import time
from dataclasses import replace

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
from keras import ops

from han_attention import AttentionPooling
from han_attention import BiGRU
from han_attention import TextClassifier
from han_attention import load_imdb
from han_attention.device import describe_device
from han_attention.device import precision
from han_attention.settings import Settings
from han_attention.training.experiment import prepare_dataset
from han_attention.training.model import build_model
from han_attention.training.model import compile_model

BACKEND = keras.backend.backend()


def time_calls(function, rounds=20):
    """Median seconds of a call, its result waited for."""
    for _ in range(3):
        wait_for(function())
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        wait_for(function())
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def wait_for(values):
    if BACKEND == "jax":
        import jax

        jax.block_until_ready(values)
    elif BACKEND == "torch":
        import torch

        if torch.cuda.is_available():
            torch.cuda.synchronize()


def compile_call(layer, *inputs, gradient=False):
    """A function that runs a layer, and its gradient in weights and inputs."""
    layer.build(inputs[0].shape)
    if BACKEND == "jax":
        import jax

        values, *mask = inputs
        weights = [v.value for v in layer.trainable_variables]
        others = [v.value for v in layer.non_trainable_variables]

        def forward(weights, values):
            return layer.stateless_call(weights, others, values, *mask)[0]

        def loss(weights, values):
            return ops.sum(ops.cast(forward(weights, values), "float32"))

        run = jax.jit(jax.grad(loss, (0, 1)) if gradient else forward)
        return lambda: run(weights, values)
    import torch

    if not gradient:

        def forward():
            with torch.no_grad():
                return layer(*inputs)

        return forward
    leaf = inputs[0].detach().requires_grad_()

    def both():
        layer.zero_grad()
        leaf.grad = None
        ops.sum(ops.cast(layer(leaf, *inputs[1:]), "float32")).backward()
        return leaf.grad

    return both


def random_batch(batch, steps, features, dtype="float32"):
    """Vectors, and a mask whose rows are 0.5 to 1 times as long."""
    values = ops.cast(
        np.random.default_rng(0).normal(size=(batch, steps, features)), dtype
    )
    lengths = np.linspace(steps // 2, steps, batch).astype(int)
    mask = np.arange(steps) < lengths[:, None]
    return values, ops.convert_to_tensor(mask), int(lengths.sum())


def measure_ceilings(size):
    """Bytes a second of a copy, and products a second of large matrices."""
    values = ops.ones((size, 2**14), "float32")
    seconds = time_calls(lambda: values + 1)
    copy = 2 * 4 * size * 2**14 / seconds
    print(f"copy ceiling                 {copy / 1e9:8.0f} GB/s")
    for dtype in ("float32", "float16", "bfloat16"):
        matrix = ops.ones((size, size), dtype)
        seconds = time_calls(lambda m=matrix: ops.matmul(m, m))
        rate = 2 * size**3 / seconds
        print(f"matrix ceiling, {dtype:12} {rate / 1e12:8.1f} TFLOP/s")
    return copy


def measure_pooling(batch, copy):
    """`AttentionPooling` beside a copy: the vectors are read at least once
    for the scores and once for the sum, and backward twice more and written."""
    values, mask, _ = random_batch(batch, 256, 304)
    size = 4 * np.prod(values.shape)
    for name, gradient, passes in (
        ("forward", False, 2),
        ("and backward", True, 5),
    ):
        run = compile_call(
            AttentionPooling(64), values, mask, gradient=gradient
        )
        rate = passes * size / time_calls(run)
        print(
            f"AttentionPooling {name:12} {rate / 1e9:8.0f} GB/s, "
            f"{rate / copy:.0%} of the copy ceiling"
        )


def measure_bigru(batch, units):
    """Real tokens a second, and on PyTorch where the time goes."""
    for dtype, policy in (("float32", None), ("float16", "mixed_float16")):
        values, mask, tokens = random_batch(batch, 256, 100, dtype)
        layer = BiGRU(units, dtype=policy)
        run = compile_call(layer, values, mask, gradient=True)
        seconds = time_calls(run, rounds=5)
        rate = tokens / seconds / 1e6
        print(
            f"BiGRU {dtype}, and backward {rate:8.2f} million real tokens/s"
            f"{share_of_recurrence(run)}"
        )


def share_of_recurrence(run):
    if BACKEND != "torch":
        return ""
    import torch
    from torch.profiler import ProfilerActivity
    from torch.profiler import profile

    if not torch.cuda.is_available():
        return ""
    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        wait_for(run())
    events = profiler.key_averages()
    total = sum(e.self_device_time_total for e in events)
    recurrent = sum(
        e.self_device_time_total
        for e in events
        if any(word in e.key.lower() for word in ("rnn", "gru", "persist"))
    )
    return f", {recurrent / max(total, 1):.0%} of the time in recurrent kernels"


def train_published(settings, data, seed, mixed):
    """The experiment of `train_imdb.py`: seconds of an epoch, test accuracy."""
    keras.utils.set_random_seed(seed)
    with precision(mixed):
        size = len(data.preprocessor.tokenizer)
        model = build_model(replace(settings, seed=seed), data.task, size)
        epochs = []
        for epoch in range(settings.epochs):
            batches = data.train.batches(settings.batch_size, seed, epoch)
            if not epoch:
                compile_model(model, settings, data.task, len(batches))
            start = time.perf_counter()
            model.fit(batches.feed(), shuffle=False, verbose=0)
            epochs.append(time.perf_counter() - start)
        test = data.validation.batches(settings.batch_size)
        accuracy = model.evaluate(test.feed(), verbose=0, return_dict=True)
    print(
        f"imdb, {'mixed  ' if mixed else 'float32'}, seed {seed}     epochs of "
        f"{', '.join(f'{s:.1f}' for s in epochs)} s, "
        f"test accuracy {accuracy['accuracy']:.4f}",
        flush=True,
    )


def train_preset(dataset, preset, seed, **changes):
    """A preset from strings to the test accuracy."""
    classifier = TextClassifier.from_preset(
        preset, seed=seed, verbose=False, **changes
    )
    start = time.perf_counter()
    classifier.fit(dataset.train.texts, dataset.train.labels)
    seconds = time.perf_counter() - start
    accuracy = classifier.score(dataset.test.texts, dataset.test.labels)
    print(
        f"{preset}, seed {seed}            {seconds:.0f} s, "
        f"test accuracy {accuracy:.4f}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", help="archive or folder; else downloaded")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--presets", nargs="*", default=["accurate"])
    parser.add_argument("--small", action="store_true")
    flags = parser.parse_args()
    print(f"{describe_device()}, Keras {keras.version()}", flush=True)
    small = flags.small
    copy = measure_ceilings(256 if small else 8192)
    measure_pooling(8 if small else 512, copy)
    measure_bigru(8 if small else 256, 8 if small else 150)
    if flags.data is None and small:
        return
    dataset = load_imdb(flags.data)
    settings = Settings.from_preset("imdb", rnn_units=8 if small else 150)
    data = prepare_dataset(settings.checked(), dataset)
    for mixed in (False, True):
        for seed in flags.seeds:
            train_published(settings, data, seed, mixed)
    for preset in flags.presets:
        for seed in flags.seeds:
            train_preset(dataset, preset, seed)


if __name__ == "__main__":
    main()
