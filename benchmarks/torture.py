"""Kills, damaged files and long use: what is promised, tried and counted.

    python benchmarks/torture.py --imdb aclImdb_v1.tar.gz  # all: two hours
    python benchmarks/torture.py --kills 5 --inputs 500 --predictions 20000

Every part prints what it tried and what failed; docs/reliability.md keeps it.
"""

import argparse
import csv
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from pathlib import PurePosixPath

from torture_inputs import try_inputs

from han_attention import make_demo_reviews

# Checkpoints every half second, so that kills find some within an epoch.
PROGRAM = """
import sys
from han_attention.training.callbacks import keep_state
keep_state._COST = 1.0
sys.path.insert(0, ".")
from {module} import main
main(sys.argv[1:])
"""
ROOT = Path(__file__).parents[1]
Command = Callable[..., subprocess.Popen[str]]
OFTEN = ("--checkpoint-minutes", "0.008")
FLAGS = (
    "--epochs 3 --seed 1 --rnn-units 8 --embedding-dim 32 --batch-size 16 "
    "--tensorboard --quiet"
).split()


def main() -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--imdb", help="its archive, for kills of that run")
    parser.add_argument("--imdb-kills", type=int, default=20)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--predictions", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        data = write_reviews(root / "reviews.csv")
        if flags.kills:
            train = partial(start, data)
            kill_at_random(root, train, flags.kills, flags.seed)
        if flags.imdb and flags.imdb_kills:
            subset = take_reviews(flags.imdb, root / "aclImdb")
            train = partial(start_experiment, subset)
            kill_at_random(root, train, flags.imdb_kills, flags.seed)
        if flags.inputs:
            try_inputs(root / "inputs", flags.inputs, flags.seed)
        if flags.predictions:
            predict_for_long(root, data, flags.predictions)
            time_checkpoints(root)


def write_reviews(path: Path) -> Path:
    """Write reviews whose words tell their label."""
    train = make_demo_reviews(600, 2).train
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        names = ["bad", "good"]
        for text, label in zip(train.texts, train.labels, strict=True):
            writer.writerow([text, names[label]])
    return path


def start(data: Path, run: Path, *more: str) -> subprocess.Popen[str]:
    """Start a training in a process of its own."""
    arguments = ["train", str(data), "--run-dir", str(run), *FLAGS, *OFTEN]
    return _start("han_attention.cli", [*arguments, *more])


def take_reviews(archive: str, folder: Path, number: int = 200) -> Path:
    """Unpack some reviews of each part and label of IMDB."""
    taken: Counter[str] = Counter()
    with tarfile.open(archive) as reviews:
        for member in reviews:
            path = PurePosixPath(member.name)
            label = path.parent.name
            kind = f"{path.parent.parent.name}/{label}"
            if label not in ("pos", "neg") or taken[kind] == number:
                continue
            taken[kind] += 1
            (folder / kind).mkdir(parents=True, exist_ok=True)
            content = reviews.extractfile(member).read()
            (folder / kind / path.name).write_bytes(content)
    return folder


def start_experiment(
    data: Path, run: Path, *more: str
) -> subprocess.Popen[str]:
    """Start `train_imdb.py` in a process of its own."""
    arguments = ["--data", str(data), "--run-dir", str(run), "--seed", "1"]
    arguments += ["--rnn-units", "8", "--quiet", *OFTEN, *more]
    return _start("train_imdb", arguments)


def _start(module: str, arguments: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM.format(module=module), *arguments]
    return subprocess.Popen(
        command, stdout=-1, stderr=-1, text=True, env=os.environ, cwd=ROOT
    )


def kill_at_random(root: Path, train: Command, number: int, seed: int) -> None:
    """Kill trainings at random moments, resume, and compare every bit."""
    root = Path(tempfile.mkdtemp(dir=root))
    began = time.monotonic()
    process = train(root / "straight")
    if process.wait():
        raise SystemExit(process.stderr.read())
    whole = time.monotonic() - began
    expected = describe_run(root / "straight")
    moments = random.Random(seed)
    results: dict[str, int] = {}
    for n in range(number):
        run = root / f"run-{n}"
        delay = moments.uniform(0, whole)
        process = train(run)
        try:
            process.wait(delay)
            how = "had ended"
        except subprocess.TimeoutExpired:
            how = find_stage(run)
            process.send_signal(signal.SIGKILL)
            process.wait()
        resumable = (run / "config.json").is_file()
        ended = train(run, *(["--resume"] if resumable else []))
        _, errors = ended.communicate()
        same = not ended.returncode and describe_run(run) == expected
        left = [p for p in run.rglob(".*") if p.is_file()]
        verdict = "bit-equal" if same and not left else "DIFFERENT"
        print(f"  {n}: at {delay:.1f} s, {how}: {verdict}", flush=True)
        if verdict == "DIFFERENT":
            print(errors[-500:], left)
        key = f"{how}: {verdict}"
        results[key] = results.get(key, 0) + 1
        shutil.rmtree(run, ignore_errors=True)
    print(f"{number} SIGKILLs within {whole:.0f} s of a training")
    for key in sorted(results):
        print(f"  killed {key:40} {results[key]:3}")


def find_stage(run: Path) -> str:
    """What a training was about when it was killed."""
    if (run / "model").exists():
        return "while saving, or after"
    if (run / "metrics.json").exists():
        return "after the first epoch"
    if (run / "checkpoint").exists():
        return "in the first epoch"
    return "before the first step"


def describe_run(run: Path) -> tuple[object, str]:
    """The numbers of a run without its times, and a digest of its weights."""
    metrics = json.loads((run / "metrics.json").read_text())
    for epoch in metrics["epochs"]:
        del epoch["seconds"], epoch["examples_per_second"]
    with zipfile.ZipFile(run / "model" / "model.keras") as archive:
        weights = archive.read("model.weights.h5")
    return metrics, sha256(weights).hexdigest()


def predict_for_long(root: Path, data: Path, number: int) -> None:
    """Predict through a loaded Keras model, and watch the memory."""
    from han_attention.inference.keras import Predictor

    process = start(data, root / "long")
    if process.wait():
        raise SystemExit(process.stderr.read())
    predictor = Predictor.load(root / "long" / "model")
    texts = make_demo_reviews(4_000, 2).train.texts
    sizes, done = [], 0
    while done < number:
        predictor.predict_proba(texts[: number - done])
        done += len(texts)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sizes.append(peak)
    print(
        f"{number:,} predictions: peak memory {sizes[0]:.0f} MB after the "
        f"first {len(texts):,}, {sizes[-1]:.0f} MB at the end"
    )


def time_checkpoints(root: Path) -> None:
    """How long the state of a model of the default size takes to save."""
    import keras
    import numpy as np

    from han_attention import build_classifier
    from han_attention.settings import Settings
    from han_attention.training.checkpoint import save_checkpoint

    model = build_classifier(20_000)
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    model.optimizer.build(model.trainable_variables)
    ids = np.ones((2, 3), "int32")
    model.train_on_batch(ids, np.ones((2, 1), "float32"))
    times = []
    for _ in range(5):
        began = time.monotonic()
        save_checkpoint(root / "checkpoint", model, [])
        times.append(time.monotonic() - began)
    size = (root / "checkpoint" / "state.npz").stat().st_size / 2**20
    minutes = Settings().checkpoint_minutes
    share = sorted(times)[2] / (60 * minutes)
    print(
        f"a checkpoint of {size:.0f} MiB: {sorted(times)[2] * 1e3:.0f} ms, "
        f"{share:.3%} of the {minutes:.0f} minutes between two"
    )


if __name__ == "__main__":
    main()
