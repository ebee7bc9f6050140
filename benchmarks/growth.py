"""How time and memory grow with the length and the number of texts.

    python benchmarks/growth.py --data aclImdb_v1.tar.gz \\
        --picture docs/pictures/growth.png

Two questions, each point of which is a process of its own. Longer texts: two
batches of 32 texts of 50 to 5,000 words each are trained on and predicted by
the network of the preset `imdb`, once to compile and then three times, of
which the median counts. More texts: 10^3 to 10^6 rows of 40 words in CSV
files are streamed through one epoch of the preset `fast` with word vectors of
32, from the first reading to the fitted n-grams. The words are those of the
reviews, in their order.
"""

import argparse
import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from itertools import islice
from pathlib import Path

import matplotlib.pyplot as plt

LENGTHS = [50, 150, 500, 1500, 5000]
SIZES = [1_000, 10_000, 100_000, 1_000_000]
BATCH_SIZE, WORDS, SHARD = 32, 40, 100_000


def read_words(path):
    """Words of the labelled reviews, drawn at random, with their labels."""
    from han_attention import load_dataset

    train = load_dataset(path).train
    reviews = list(zip(train.texts, train.labels, strict=True))
    random.Random(0).shuffle(reviews)
    for text, label in reviews:
        for word in text.replace("<br />", " ").split():
            yield word, label


def cut_pieces(words, length, start=0):
    """Texts of so many words, and the label of the first, from a word on."""
    for n in range(start, len(words) - length + 1, length):
        piece = words[n : n + length]
        yield " ".join(word for word, _ in piece), piece[0][1]


def measure_length(folder, length):
    """Seconds of training on and of predicting texts of so many words."""
    import numpy as np

    from han_attention import Predictor
    from han_attention import Tokenizer
    from han_attention import encode_texts
    from han_attention.settings import Settings
    from han_attention.training.model import build_model
    from han_attention.training.model import compile_model
    from han_attention.training.sources.batches import InMemorySplit
    from han_attention.training.sources.memory import make_preprocessor
    from han_attention.training.task import Task

    texts = json.loads((folder / f"{length}.json").read_text())
    settings = Settings.from_preset(
        "imdb", max_tokens=length, batch_size=BATCH_SIZE
    ).checked()
    tokenizer = Tokenizer.train(texts, settings.vocabulary_size, "keras")
    encoded = encode_texts(tokenizer, texts, length)
    labels = np.arange(len(texts), dtype="float32")[:, None] % 2
    split = InMemorySplit(encoded, labels)
    task = Task(["negative", "positive"])
    model = build_model(settings, task, len(tokenizer))
    compile_model(model, settings, task, steps_per_epoch=2)
    predictor = Predictor(
        model, make_preprocessor(settings, tokenizer), task.class_names
    )
    found = {"tokens": int(encoded.lengths.sum())}
    batches = split.batches(BATCH_SIZE, settings.seed)
    for name, run in (
        ("train", lambda: model.fit(batches.feed(), shuffle=False, verbose=0)),
        ("predict", lambda: predictor.predict_proba(texts)),
    ):
        run()
        found[name] = statistics.median(time_of_core(run) for _ in range(3))
    return found


def measure_size(folder, number):
    """Seconds of a streamed training on so many texts."""
    from han_attention import TextClassifier
    from han_attention import TextFiles

    files = TextFiles(str(folder / f"rows-{number}-*.csv"))
    classifier = TextClassifier.from_preset(
        "fast", embedding_dim=32, batch_size=256, epochs=1, verbose=False
    )
    seconds = time_of_core(lambda: classifier.fit_files(files))
    return {"tokens": number * WORDS, "train": seconds}


def time_of_core(run):
    start = time.process_time()
    run()
    return time.process_time() - start


def write_texts(path, folder, lengths, sizes):
    words = list(read_words(path))
    for length in lengths:
        texts = islice(cut_pieces(words, length), 2 * BATCH_SIZE)
        content = json.dumps([text for text, _ in texts])
        (folder / f"{length}.json").write_text(content)
    for number in sizes:
        # From other words on, where all are used up.
        rows = (
            row
            for start in cycle(range(0, WORDS, 4))
            for row in cut_pieces(words, WORDS, start)
        )
        for shard in range(0, number, SHARD):
            part = folder / f"rows-{number}-{shard:07}.csv"
            with part.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["text", "label"])
                writer.writerows(islice(rows, min(SHARD, number - shard)))


def run_process(kind, folder, number):
    done = subprocess.run(
        [sys.executable, __file__, "--child", kind, str(folder), str(number)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    print(kind, f"{number:,}", found, file=sys.stderr, flush=True)
    return found


def run_child(kind, folder, number):
    measure = {"length": measure_length, "size": measure_size}[kind]
    found = measure(Path(folder), int(number))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"peak": peak}))


def make_tables(lengths, sizes):
    lines = [
        "| tokens of a text | training, µs of a core a token | prediction "
        "| peak MiB |",
        "|---|---|---|---|",
    ]
    for length, found in lengths.items():
        each = (1e6 * found[x] / found["tokens"] for x in ("train", "predict"))
        cells = " | ".join(f"{x:.1f}" for x in each)
        lines.append(f"| {length:,} | {cells} | {found['peak']:,.0f} |")
    lines += [
        "",
        "| texts | seconds of a core | µs a token | peak MiB |",
        "|---|---|---|---|",
    ]
    for number, found in sizes.items():
        each = 1e6 * found["train"] / found["tokens"]
        lines.append(
            f"| {number:,} | {found['train']:,.0f} | {each:.1f} | "
            f"{found['peak']:,.0f} |"
        )
    return "\n".join(lines)


def draw(lengths, sizes, path):
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    for name, label in (("train", "training"), ("predict", "prediction")):
        panels[0].plot(
            list(lengths),
            [1e6 * x[name] / x["tokens"] for x in lengths.values()],
            marker="o",
            label=label,
        )
    panels[0].legend()
    panels[1].plot(
        list(sizes),
        [1e6 * x["train"] / x["tokens"] for x in sizes.values()],
        marker="o",
    )
    panels[2].plot(
        list(sizes), [x["peak"] / 1024 for x in sizes.values()], marker="o"
    )
    for axes, title, xlabel, ylabel in (
        (panels[0], "longer texts", "tokens of a text", "µs a token"),
        (panels[1], "more texts, streamed", "texts", "µs a token"),
        (panels[2], "more texts, streamed", "texts", "peak memory, GiB"),
    ):
        axes.set(title=title, xlabel=xlabel, ylabel=ylabel, xscale="log")
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", default="imdb")
    parser.add_argument("--lengths", type=int, nargs="*", default=LENGTHS)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.child:
        run_child(*flags.child)
        return
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_texts(flags.data, folder, flags.lengths, flags.sizes)
        lengths = {n: run_process("length", folder, n) for n in flags.lengths}
        sizes = {n: run_process("size", folder, n) for n in flags.sizes}
    print(make_tables(lengths, sizes))
    if flags.picture:
        draw(lengths, sizes, flags.picture)


if __name__ == "__main__":
    main()
