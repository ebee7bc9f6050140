"""`train_imdb.py` as a person runs it.

In a process of its own where it trains to the end; mistakes, most of which
are found only after Keras is imported, share one.
"""

import json
import re
import runpy
import subprocess
import sys
from types import SimpleNamespace

import pytest
from shared_models import TRAIN_IMDB
from shared_models import train_demo

# Four batches an epoch: not traced.
TINY = (
    "--embedding-dim 4 --rnn-units 4 --attention-units 3 --epochs 1 --seed 1 "
    "--batch-size 500 --max-tokens 8"
).split()


@pytest.fixture
def run_here(tmp_path, monkeypatch, capfd):
    """A function that runs it in this process and an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        """Its exit code, output and lines of stderr."""
        monkeypatch.setattr(sys, "argv", [str(TRAIN_IMDB), *arguments])
        capfd.readouterr()
        code = 0
        try:
            runpy.run_path(str(TRAIN_IMDB), run_name="__main__")
        except SystemExit as stop:
            code = stop.code
        output, errors = capfd.readouterr()
        return code, output, errors.splitlines()

    return run


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder, and what the process has left."""
    folder = train_demo(tmp_path_factory)
    process = json.loads((folder / "process.json").read_text())
    return folder, SimpleNamespace(**process)


def test_demo_prints_the_epochs_the_accuracy_and_where(demo):
    folder, done = demo
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == [
        "epoch",
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "seconds",
    ]
    assert [line.split()[0] for line in lines[1:9]] == list("12345678")
    accuracy = next(x for x in lines if x.startswith("Test accuracy"))
    assert float(accuracy.split()[-1]) >= 0.95
    assert "tensorboard --logdir here/tensorboard" in done.stdout
    assert (folder / "here" / "attention.html").is_file()
    assert done.stderr.count("float32") == 1  # the line about the device


def test_demo_page_shows_a_hundred_reviews(demo):
    page = (demo[0] / "here" / "attention.html").read_text(encoding="utf-8")
    data = re.search(r'id="data">(.*?)</script>', page, flags=re.S)[1]
    assert len(json.loads(data)["texts"]) == 100
    assert "http" not in page.replace("http-equiv", "")


def test_no_progress_bars_without_a_terminal(demo):
    assert "it/s" not in demo[1].stderr
    assert "Epoch" not in demo[1].stderr
    said = demo[1].stderr.splitlines()
    assert sum(line.startswith("epoch ") for line in said) == 8


def test_default_run_folder_is_named_by_date(run_here, tmp_path):
    code, _, errors = run_here("--demo", *TINY, "--quiet")
    assert code == 0, errors
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name[:2] == "20"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--units", "5"], "unrecognized arguments: --units 5"),
        (["--epoch", "5"], "--epoch 5; did you mean --epochs?"),
        (["--rnn-units", "many"], "--rnn-units"),
        (["--rnn-units", "0"], "rnn_units=0"),
        (["--dropout", "1.5"], "dropout=1.5"),
        (["--preset", "other"], "--preset"),
        (["--resume"], "--resume"),
        (["--data", "nowhere"], "nowhere"),
        (["--data", "empty"], "No reviews"),
        (["--data", "not.tar.gz"], "not.tar.gz"),
        (["--demo", "--run-dir", "full"], "not empty"),
        (["--demo", "--run-dir", "full", "--overwrite"], "not overwritten"),
        (["--demo", "--run-dir", "not.tar.gz"], "is a file"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(
    arguments, message, run_here, tmp_path
):
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "not.tar.gz").write_text("no archive")
    code, output, errors = run_here(*arguments, "--quiet")
    assert code == 2
    assert output == ""
    ours = [line for line in errors if "train_imdb.py" in line]
    assert len(ours) == 1
    assert ours[0] == errors[-1]
    assert message in ours[0]
    assert not any("Traceback" in line for line in errors)
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"


FULL_DISK = """
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(tmp_path):
    """No file can grow beyond 20 kB: the checkpoint does not fit."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(TRAIN_IMDB), "--demo", *TINY]
        + ["--quiet", "--run-dir", "here"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 2, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("train_imdb.py: error:")
    assert "large" in last or "space" in last
    left = {path.name for path in (tmp_path / "here").rglob("*")}
    assert not left & {"state.npz", "model.keras", "model"}
    assert not any(name.startswith(".") for name in left)


def test_script_is_short():
    assert len(TRAIN_IMDB.read_text().splitlines()) < 80
