"""Two trainings in one folder: the second is told, a dead one holds nothing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import han_attention
from han_attention import atomic
from han_attention.training.run_folder import RunFolder

ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(Path(han_attention.__file__).parents[1])
}
HOLDING = """
import sys
import time
from han_attention.training.run_folder import RunFolder

with RunFolder.open(sys.argv[1]).lock():
    print("held", flush=True)
    time.sleep(60)
"""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs locks")


def test_the_second_is_told_and_a_dead_process_holds_nothing(tmp_path):
    folder = tmp_path / "run"
    command = [sys.executable, "-c", HOLDING, str(folder)]
    with subprocess.Popen(command, stdout=-1, env=ENVIRONMENT) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(FileExistsError, match="Another training runs in"):
            with RunFolder.open(folder).lock():
                pass
        process.send_signal(signal.SIGKILL)
    with RunFolder.open(folder).lock():
        assert list(folder.iterdir()) == []  # nothing is written for it
        with pytest.raises(FileExistsError, match="Another training runs in"):
            with RunFolder.open(folder).lock():
                pass


def test_a_run_that_began_and_ended_meanwhile_is_not_replaced(tmp_path):
    opened = RunFolder.open(tmp_path / "run")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text("{}")
    with pytest.raises(FileExistsError, match="has begun in .* meanwhile"):
        with opened.lock():
            pass
    assert (tmp_path / "run" / "config.json").read_text() == "{}"


def test_what_a_kill_at_the_start_leaves_is_no_run(tmp_path):
    """A new start was sent to --resume, and that one back."""
    left = tmp_path / f".0123abcd-{atomic._HOST}-4194305.config.json"
    left.write_text("half")
    with pytest.raises(FileNotFoundError, match="start it without `resume`"):
        RunFolder.open(tmp_path, resume=True)
    with RunFolder.open(tmp_path).lock():
        assert not left.exists()


def test_a_kill_while_a_run_is_replaced_leaves_a_run(tmp_path, monkeypatch):
    names = ["model", "checkpoint", "config.json"]
    for name in names[:2]:
        (tmp_path / name).mkdir()
    said = {"data", "vocabulary_size", "rnn_units", "epochs", "seed"}
    (tmp_path / "config.json").write_text(json.dumps(dict.fromkeys(said, 1)))

    def killed(path, *arguments, **options):
        raise SystemExit

    monkeypatch.setattr("han_attention.training.run_folder._write", killed)
    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(SystemExit):
        RunFolder.open(tmp_path, overwrite=True).start(None, "")
    monkeypatch.undo()
    assert RunFolder.open(tmp_path, overwrite=True).path == tmp_path
