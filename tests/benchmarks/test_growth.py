"""`benchmarks/growth.py` on a few texts, from the command to its tables."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def test_tables_and_a_picture(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            ROOT / "benchmarks" / "growth.py",
            *("--data", "demo", "--lengths", "20", "40", "--sizes", "300"),
            *("--picture", str(tmp_path / "growth.png")),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    lengths, sizes = done.stdout.strip().split("\n\n")
    assert [row.split(" | ")[0] for row in lengths.splitlines()[2:]] == [
        "| 20",
        "| 40",
    ]
    (row,) = sizes.splitlines()[2:]
    texts, seconds, *_ = row.strip("| ").split(" | ")
    assert texts == "300"
    assert float(seconds) > 0
    assert (tmp_path / "growth.png").stat().st_size > 10_000
