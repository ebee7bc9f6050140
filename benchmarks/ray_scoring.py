"""Scores a million rows with Ray: speed by workers, and their memory.

python benchmarks/ray_scoring.py EXPORTED_MODEL --rows 1000000
"""

import argparse
import resource
import tempfile
import threading
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet

from han_attention import make_demo_reviews
from han_attention.inference.ray_engine import Scoring
from han_attention.inference.ray_engine import score_shards

SHARDS = 8


def main() -> None:
    """Score the same shards by one worker, and by two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shards = write_shards(Path(folder), flags.rows)
        for workers in flags.workers:
            output = str(Path(folder) / f"by-{workers}")
            measure(Scoring(flags.model, output), shards, workers)


def write_shards(folder: Path, rows: int) -> list[Path]:
    """Write demo reviews with an id to Parquet files."""
    texts = make_demo_reviews(2, 1_000).test.texts
    size = rows // SHARDS
    paths = []
    for shard in range(SHARDS):
        ids = range(shard * size, (shard + 1) * size)
        columns = {"id": ids, "text": [texts[n % 1_000] for n in ids]}
        paths.append(folder / f"part-{shard}.parquet")
        pyarrow.parquet.write_table(pyarrow.table(columns), paths[-1])
    return paths


def measure(scoring: Scoring, shards: list[Path], workers: int) -> None:
    """Score once; rows, seconds, and the memory of a worker as it goes."""
    began, rows, first = time.monotonic(), 0, 0.0
    sizes: list[int] = []
    done = threading.Event()
    watcher = threading.Thread(target=watch, args=(sizes, done))
    watcher.start()
    for found in score_shards(scoring, shards, num_workers=workers):
        rows += found["rows"]
        first = first or max(sizes, default=0)
    done.set()
    watcher.join()
    seconds = time.monotonic() - began
    print(
        f"{workers} workers: {rows:,} rows in {seconds:.0f} s, "
        f"{rows / seconds:,.0f} rows a second, start included; the largest "
        f"worker had {first:.0f} MB at the first shard, {max(sizes):.0f} MB "
        f"at most; CPU of all {cpu_seconds():.0f} s",
        flush=True,
    )


def watch(sizes: list[int], done: threading.Event) -> None:
    """Note every second how large the largest worker is, in MB."""
    while not done.wait(1):
        found = [0]
        for path in Path("/proc").glob("[0-9]*"):
            try:
                name = (path / "cmdline").read_bytes()
                pages = int((path / "statm").read_text().split()[1])
            except (OSError, IndexError):
                continue
            if b"MapWorker" in name:
                found.append(pages * resource.getpagesize() // 2**20)
        sizes.append(max(found))


def cpu_seconds() -> float:
    """Of the processes that have ended, such as Ray's."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
