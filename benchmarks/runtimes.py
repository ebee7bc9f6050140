"""Every runtime on every kind of model, and what an exported model gains.

    python benchmarks/runtimes.py --data aclImdb_v1.tar.gz \
        --web node_modules/onnxruntime-web --docs docs/runtimes.md

First models with random weights read the same reviews, in batches of like
length, Keras all of them as one padded array. Each runtime is a process of its
own: the largest difference of a logit from Keras, and the most memory, are
found there, and each round asks one after the other how long it takes, so that
a machine that slows down slows all. One that is not installed is left out;
`--web` names the folder of the npm package onnxruntime-web, which Node runs.

Then a `TextClassifier` of the default sizes, from strings: `predict_proba` of
its export beside `keras.Model.predict` on the ids as one padded array, one
review of 250 words, and a whole `han-attention predict`.

With `--docs` the tables replace those in that file.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from runtime_parts.goals import measure_goals
from runtime_parts.models import KINDS
from runtime_parts.models import write_models
from runtime_parts.worker import KERAS
from runtime_parts.worker import RUNTIMES
from speed_parts.report import describe_machine
from speed_parts.report import write_part

from han_attention import load_dataset

ROUNDS = 5
FOLDER = Path(__file__).parent


class Worker:
    """A runtime in its process."""

    def __init__(self, name, folder, web):
        program = [sys.executable, "-m", "runtime_parts.worker", name]
        if RUNTIMES[name][0] == "node":
            script = FOLDER / "runtime_parts" / "worker_web.mjs"
            program = ["node", str(script), str(Path(web).resolve())]
        path = os.pathsep.join([str(FOLDER), os.environ.get("PYTHONPATH", "")])
        self.name = name
        self._process = subprocess.Popen(
            [*program, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
        )
        self.found = self._read()
        self.seconds = []  # for a text, of each round

    def run(self):
        print(file=self._process.stdin, flush=True)
        self.seconds.append(self._read()["seconds"])

    def close(self):
        self._process.stdin.close()
        self.found |= self._read()
        self._process.wait()

    def _read(self):
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended: see it by itself")
        return json.loads(line)


def find_version(package, web):
    """The version of a runtime, or None if it is not there."""
    if package == "node":
        if web is None or shutil.which("node") is None:
            return None
        text = (Path(web) / "package.json").read_text(encoding="utf-8")
        return json.loads(text)["version"]
    if importlib.util.find_spec(package) is None:
        return None
    return importlib.metadata.version(package.replace("_", "-"))


def measure_runtimes(folder, web):
    """All that are there, in turns, after a first round that is not counted.

    Returns:
        The closed workers with the versions.
    """
    found = []
    for name, (package, _) in RUNTIMES.items():
        version = find_version(package, web)
        if version is not None:
            note(f"{name} {version}")
            found.append((Worker(name, folder, web), version))
    for n in range(ROUNDS + 1):
        note(f"round {n}")
        for worker, _ in found:
            worker.run()
    for worker, _ in found:
        worker.close()
        del worker.seconds[0]
    return found


def make_table(found):
    """A row for each runtime."""
    keras = next(worker for worker, _ in found if worker.name == KERAS)
    titles = [
        *KINDS,
        "texts/s",
        "beside Keras",
        "MB in memory",
        "MB of the file",
    ]
    lines = [f"| runtime | {' | '.join(titles)} |", "|---" * 10 + "|"]
    for worker, version in found:
        rate = 1 / statistics.median(worker.seconds)
        ratios = [
            a / b for a, b in zip(keras.seconds, worker.seconds, strict=True)
        ]
        differences = worker.found["differences"]
        cells = [
            *(show(differences.get(kind, "-")) for kind in KINDS),
            f"{rate:,.0f}",
            f"{statistics.median(ratios):.2f}",
            f"{worker.found['memory']:,.0f}",
            f"{worker.found['megabytes']:.1f}",
        ]
        lines.append(f"| {worker.name} {version} | {' | '.join(cells)} |")
    return "\n".join(lines)


def show(value):
    return value if isinstance(value, str) else f"{value:.1g}"


def note(text):
    print(text, file=sys.stderr, flush=True)


def read_flags():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", default="imdb")
    parser.add_argument("--reviews", type=int, default=500, help="of the table")
    parser.add_argument(
        "--strings", type=int, default=2_000, help="from strings"
    )
    parser.add_argument("--web", help="folder of the npm package")
    parser.add_argument("--docs", help="such as docs/runtimes.md")
    return parser.parse_args()


def main():
    flags = read_flags()
    start = time.perf_counter()
    dataset = load_dataset(flags.data)
    texts = dataset.test.texts
    order = np.random.default_rng(0).permutation(len(texts))
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "models").mkdir()
        chosen = [texts[n] for n in order[: flags.reviews]]
        write_models(folder / "models", chosen)
        table = make_table(measure_runtimes(folder / "models", flags.web))
        strings = [texts[n] for n in order[: flags.strings]]
        goals = measure_goals(dataset.train, strings, folder)
    minutes = (time.perf_counter() - start) / 60
    report = (
        f"On {describe_machine()} {len(chosen)} reviews, {ROUNDS} rounds in "
        f"turns; all of it took {minutes:.0f} min.\n\n{table}\n\n{goals}\n"
    )
    print(report)
    if flags.docs:
        write_part(flags.docs, report, "runtimes")


if __name__ == "__main__":
    main()
