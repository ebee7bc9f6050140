"""What a user's type checker makes of right and of wrong uses."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture
def folder(tmp_path):
    """A folder outside of the project, without its settings."""
    for name in ("right.py", "wrong.py"):
        shutil.copy(HERE / name, tmp_path)
    return tmp_path


def expected_lines():
    lines = (HERE / "wrong.py").read_text().splitlines()
    return [n for n, x in enumerate(lines, 1) if x.endswith("  # error")]


def run(folder, *command, **options):
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, **options
    )


def check(errors):
    """Errors are triples of a file, a line and a message."""
    in_right = [error for error in errors if error[0] == "right.py"]
    assert in_right == []
    in_wrong = {line for file, line, _ in errors if file == "wrong.py"}
    assert sorted(in_wrong) == expected_lines()


def test_mypy(folder, request):
    pytest.importorskip("mypy", reason="mypy is not installed")
    done = run(
        folder,
        *(sys.executable, "-m", "mypy", "--strict", "--output=json"),
        f"--cache-dir={request.config.cache.mkdir('mypy')}",
        *("right.py", "wrong.py"),
        env={"MYPYPATH": str(ROOT)},
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    check(
        [
            (x["file"], x["line"], x["message"])
            for x in found
            if x["severity"] == "error"
        ]
    )


def test_pyright(folder):
    pytest.importorskip("pyright", reason="pyright is not installed")
    if shutil.which("node") is None:
        pytest.skip("pyright needs node, which it would download")
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    done = run(
        folder,
        *(sys.executable, "-m", "pyright", "--outputjson"),
        *("right.py", "wrong.py"),
    )
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright cannot run here: {done.stderr[-200:]}")
    check(
        [
            (
                Path(x["file"]).name,
                x["range"]["start"]["line"] + 1,
                x["message"],
            )
            for x in json.loads(done.stdout)["generalDiagnostics"]
            if x["severity"] == "error"
        ]
    )
