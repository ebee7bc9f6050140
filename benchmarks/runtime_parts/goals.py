"""What an exported model gains beside Keras, from strings to labels."""

import os
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np

from han_attention import OnnxPredictor
from han_attention import TextClassifier
from han_attention.export import export_model

TRAINED_ON = 1_000  # reviews: what a model knows does not make it slower
WORDS = 250  # of the one review


def measure_goals(train, texts, folder):
    """A table: a row for each task, in seconds of the wall and of processors.

    Args:
        train: Examples, of which some are trained on, for one epoch.
        texts: Strings to predict.
        folder: An empty one, or one without what is written here.
    """
    order = np.random.default_rng(0).permutation(len(train.texts))
    chosen = order[:TRAINED_ON]
    classifier = TextClassifier(epochs=1)
    classifier.fit(
        [train.texts[n] for n in chosen], [train.labels[n] for n in chosen]
    )
    classifier.save(folder / "keras")
    keras = classifier.predictor_
    export_model(keras, folder / "exported")
    exported = OnnxPredictor.load(folder / "exported")
    ids = keras.preprocessor(texts)
    review = [" ".join((" ".join(texts)).split()[:WORDS])]
    inputs = folder / "texts.jsonl"
    inputs.write_text('{"text": "A fine film."}\n', encoding="utf-8")
    keras.model.predict(ids[:32], verbose=0)
    keras.predict(review), exported.predict(texts[:64])
    tasks = {
        f"{len(texts):,} reviews, from strings; Keras: `model.predict` on ids "
        f"of shape ({', '.join(map(str, ids.shape))})": (
            lambda: keras.model.predict(ids, verbose=0),
            lambda: exported.predict_proba(texts),
            3,
        ),
        f"one review of {WORDS} words, text to label; Keras: `predict`": (
            lambda: keras.predict(review),
            lambda: exported.predict(review),
            40,
        ),
        "`han-attention predict` of one text, start to end; Keras: of the "
        "saved folder": (
            lambda: run_command(folder / "keras", inputs),
            lambda: run_command(folder / "exported", inputs),
            3,
        ),
    }
    lines = ["| | Keras | exported | times as fast | of the processor's time |"]
    lines.append("|---|---|---|---|---|")
    lines += [make_row(name, *task) for name, task in tasks.items()]
    return "\n".join(lines)


def make_row(name, first, second, pairs):
    """Medians of pairs of runs, in turns."""
    found = [(measure(first), measure(second)) for _ in range(pairs)]
    seconds = [[a[0], b[0]] for a, b in found]
    of_keras, of_export = (
        statistics.median(each) for each in zip(*seconds, strict=True)
    )
    faster = statistics.median(a / b for a, b in seconds)
    share = statistics.median(b[1] / a[1] for a, b in found)
    return (
        f"| {name} | {of_keras:.3g} s | {of_export:.3g} s | {faster:.1f} | "
        f"{share:.2f} |"
    )


def measure(function):
    """Seconds, and those of all processors, children included."""
    start, before = time.perf_counter(), count_work()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        function()
    return time.perf_counter() - start, count_work() - before


def count_work():
    children = os.times()
    return (
        time.process_time() + children.children_user + children.children_system
    )


def run_command(model, inputs):
    subprocess.run(
        [sys.executable, "-m", "han_attention", "predict", str(model), inputs],
        capture_output=True,
        check=True,
    )
