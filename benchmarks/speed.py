"""Ours and each alternative in turns: training, predicting, explaining.

    python benchmarks/speed.py --data aclImdb_v1.tar.gz
    python benchmarks/speed.py --data demo --quick --only "ours, torch" tf-idf

All have the sizes of the preset `imdb`, the same texts and the same ids. Ours
makes batches of like length; the alternatives are idiomatic Keras on each
backend (`Embedding(mask_zero=True)`, `Bidirectional(GRU)`, a plain attention,
`fit` on arrays padded to 250 tokens), PyTorch's `nn.GRU`, padded and packed,
with the same attention, and TF-IDF with logistic regression. Each is a process
of its own, so that its peak memory is its own, and each round asks them one
after the other, so that a machine that slows down slows all. The first round
compiles, and is counted apart. With `--docs` the tables replace those in that
file.
"""

import argparse
import shlex
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from speed_parts.contestants import CONTESTANTS
from speed_parts.contestants import Process
from speed_parts.material import make_material
from speed_parts.report import make_report
from speed_parts.report import write_part
from speed_parts.tfidf import make_tfidf

from han_attention import load_dataset

TASKS = ("train", "predict", "one", "encode", "explain")


def measure_in_turns(processes, rounds):
    """What every task took of every contestant, the first round included."""
    results = {process.name: {} for process in processes}
    for task in TASKS:
        able = [each for each in processes if task in each.tasks]
        for n in range(rounds + 1):
            for process in able:
                took = process.run(task, n)
                results[process.name].setdefault(task, []).append(took)
                note(
                    f"{task} {n}  {process.name:28} "
                    f"{took['number'] / took['seconds']:9.1f}/s "
                    f"{took['number'] / max(took['cpu'], 1e-9):9.1f} "
                    "a second of a core"
                )
        if task == "train":
            peaks = {each.name: each.peak for each in processes}
    return results, peaks


def measure_accuracy(dataset):
    """TF-IDF, fitted on all training texts and tested."""
    model = make_tfidf().fit(dataset.train.texts, dataset.train.labels)
    return model.score(dataset.test.texts, dataset.test.labels)


def prepare(flags, folder):
    """Read a dataset and write what all use; the dataset, and the seconds."""
    start = time.perf_counter()
    dataset = load_dataset(flags.data)
    read = time.perf_counter()
    make_material(dataset, flags.examples, flags.reviews).save(folder)
    seconds = {
        f"reading {len(dataset.train) + len(dataset.test):,} texts": read
        - start,
        "numbering the words of those to train on": time.perf_counter() - read,
    }
    return dataset, seconds


def note(text):
    print(text, file=sys.stderr, flush=True)


def read_flags():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", default="imdb")
    parser.add_argument("--examples", type=int, default=2_560)
    parser.add_argument("--reviews", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=CONTESTANTS,
        default=list(CONTESTANTS),
        metavar="NAME",
        help=f"of: {'; '.join(CONTESTANTS)}",
    )
    parser.add_argument(
        "--cores",
        type=int,
        help="that each may use; 1 where others work on the machine: threads "
        "that wait for each other count as work",
    )
    parser.add_argument("--docs", help="such as docs/results.md")
    parser.add_argument(
        "--quick", action="store_true", help="few texts, two rounds"
    )
    flags = parser.parse_args()
    if flags.quick:
        flags.examples, flags.reviews, flags.rounds = 64, 8, 1
    return flags


def main():
    flags = read_flags()
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory())
        dataset, seconds = prepare(flags, folder)
        processes = []
        for name in flags.only:
            process = Process(name, folder, flags.cores)
            closing.callback(process.close)
            processes.append(process)
        results, peaks = measure_in_turns(processes, flags.rounds)
        ceilings = {
            each.name: each.run("ceilings", 256 if flags.quick else 2048)
            for each in processes
            if each.name.startswith("ours")
        }
    accuracy = measure_accuracy(dataset) if "tf-idf" in flags.only else None
    # The folders of this machine are nobody's concern.
    given = [Path(x).name if x.startswith("/") else x for x in sys.argv[1:]]
    command = "python benchmarks/speed.py " + shlex.join(given)
    report = make_report(command, seconds, results, peaks, ceilings, accuracy)
    print(report)
    if flags.docs:
        write_part(flags.docs, report)


if __name__ == "__main__":
    main()
