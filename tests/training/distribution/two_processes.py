"""One of two processes that train together; prints what came of it.

KERAS_BACKEND=jax PYTHONPATH=tests \\
    python tests/training/distribution/two_processes.py \\
    FOLDER --coordinator 127.0.0.1:9000 --num-processes 2 --process-index 0
"""

import argparse
import json
import math
import os
import signal
import sys
from pathlib import Path

from distribution_cases import interrupt
from distribution_cases import make_text
from distribution_cases import train
from training_cases import AfterStep

from han_attention.cli.processes import OwnProcess
from han_attention.cli.processes import add_process_flags
from han_attention.cli.reading import open_files
from han_attention.cli.reading_flags import add_reading_flags
from han_attention.cli.training_data import read_labelled
from han_attention.training.callbacks import keep_state

# Last batches of texts that cannot be halved, and classes of unlike size.
ROWS = [(make_text(n), "fine dull odd".split()[n * n % 3]) for n in range(45)]


def write_shards(folder):
    """Three files for two processes."""
    paths = [folder / f"part-{n}.csv" for n in range(3)]
    for n, path in enumerate(paths):
        rows = "".join(f"{x},{y}\n" for x, y in ROWS[15 * n : 15 * n + 15])
        path.write_text("text,label\n" + rows)
    return [str(path) for path in paths]


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def main(arguments, process):
    """Train, end and go on, disagree, and at last lose a process."""
    files = open_files(arguments, arguments.shards, need_labels=True)
    parts = [path.name for path in process.choose_part(files.shards)]
    texts, labels = read_labelled(files, process)
    keep_state._COST = math.inf
    # Others than process 0 need not see, and do not write, its folder.
    root = Path(arguments.folder) / ("elsewhere" if process.index else "")
    try:
        train(root / "two", texts, labels, callbacks=[AfterStep(8, interrupt)])
    except InterruptedError:
        weights, history = train(root / "two", texts, labels, resume=True)
    refused = []
    for changes in {"epochs": 3 + process.index}, {"pretrain_vectors": True}:
        try:
            train(None, texts, labels, **changes)
        except ValueError as error:
            refused.append(str(error))
    found = {
        "parts": parts,
        "history": history,
        "weights": [array.tolist() for array in weights],
        "refused": refused,
    }
    print(json.dumps(found), flush=True)
    lose = [AfterStep(8, kill)] if process.index else []
    train(None, texts, labels, callbacks=lose, seed=None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="two")
    parser.add_argument("folder")
    parser.add_argument("shards", nargs="+")
    parser.set_defaults(quiet=True, parser=parser)
    add_reading_flags(parser, labels=True)
    add_process_flags(parser)
    given = parser.parse_args(sys.argv[1:])
    own = OwnProcess(given)
    with own.joined():
        main(given, own)
