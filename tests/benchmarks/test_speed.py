"""`benchmarks/speed.py` on a few texts, from the command to its tables."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A Markdown file into which a quick run has put its tables."""
    path = tmp_path_factory.mktemp("docs") / "results.md"
    path.write_text("before\n<!-- speed -->\nold\n<!-- end of speed -->\nafter")
    pytest.importorskip("sklearn")
    subprocess.run(
        [
            sys.executable,
            ROOT / "benchmarks" / "speed.py",
            *("--data", "demo", "--quick", "--docs", str(path)),
            *("--only", "ours, tensorflow", "tf-idf"),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    return path.read_text()


def test_replaces_only_its_part_of_the_docs(page):
    assert page.startswith("before\n<!-- speed -->\n")
    assert page.endswith("\n<!-- end of speed -->\nafter")
    assert "\nold\n" not in page


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("Training, examples/s", ["ours, tensorflow", "tf-idf"]),
        ("Prediction from strings, texts/s", ["ours, tensorflow", "tf-idf"]),
        ("One review, times a second", ["ours, tensorflow", "tf-idf"]),
        ("Attention and contributions", ["ours, tensorflow"]),
    ],
)
def test_has_a_rate_for_all_who_can(title, rows, page):
    table = page.split(f"| {title}")[1].split("\n\n")[0]
    lines = table.splitlines()[2:]
    assert [line.split(" | ")[0].strip("| ") for line in lines] == rows
    for line in lines:
        rate = line.split(" | ")[2]
        assert float(rate.replace(",", "")) > 0


def test_says_the_accuracy_and_the_limits(page):
    assert "test accuracy 1.0000" in page
    limits = page.split("| | copy, GB/s")[1].split("\n\n")[0]
    *_, share = limits.splitlines()[-1].strip("| ").split(" | ")
    assert 0 < float(share.rstrip("%")) < 100
