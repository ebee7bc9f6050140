"""Two processes learn what one does; where they cannot, they say so."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from distribution_cases import make_environment

from han_attention.cli import main
from han_attention.cli.processes import OwnProcess
from han_attention.cli.processes import add_process_flags
from han_attention.training.distribution import log_filter
from han_attention.training.distribution import processes

BACKEND = keras.backend.backend()
PROGRAM = Path(__file__).with_name("two_processes.py")
ADDRESS = "--coordinator=localhost:1", "--num-processes=2"
GONE = "Another process of the training has ended."


def read_flags(*flags):
    parser = argparse.ArgumentParser()
    add_process_flags(parser)
    parser.set_defaults(quiet=False, bad_rows=None)
    return OwnProcess(parser.parse_args(flags))


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch):
    for name in list(os.environ):
        if name.startswith(("SLURM_", "KERAS_DISTRIBUTION_", "JOB_")):
            monkeypatch.delenv(name)


def start_two(arguments):
    """Both processes of a program, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = [f"--coordinator=127.0.0.1:{port}", "--num-processes=2"]
    return [
        subprocess.Popen(
            [*arguments, *flags, f"--process-index={index}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=make_environment("jax"),
        )
        for index in range(2)
    ]


@pytest.mark.skipif(BACKEND != "jax", reason="Keras trains in one process")
def test_two_processes_learn_what_one_does(tmp_path):
    """Uneven batches; ended and resumed; in the end one is killed."""
    from tests.training.distribution import two_processes

    shards = two_processes.write_shards(tmp_path)
    two = start_two([sys.executable, str(PROGRAM), str(tmp_path), *shards])
    texts, labels = zip(*((x, y) for x, y in two_processes.ROWS), strict=True)
    texts = [text.strip() for text in texts]
    one, of_one = two_processes.train(tmp_path / "one", texts, list(labels))
    said = [process.communicate(timeout=300) for process in two]
    found = [json.loads(out.splitlines()[0]) for out, _ in said]
    assert [each["parts"] for each in found] == [
        ["part-0.csv"],
        ["part-1.csv", "part-2.csv"],
    ]
    for each in found:
        for ours, theirs in zip(of_one, each["history"], strict=True):
            assert ours == pytest.approx(theirs, abs=1e-5)
        for ours, theirs in zip(one, each["weights"], strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-5)
        different, pretrained = each["refused"]
        assert "epochs=3 and 4 in process 0 and in process 1" in different
        assert "`pretrain_vectors`. Expected False with 2" in pretrained
    assert found[0] | {"parts": 0} == found[1] | {"parts": 0}
    assert not (tmp_path / "elsewhere").exists()
    assert two[1].returncode == -signal.SIGKILL
    assert two[0].returncode == 1
    assert said[0][1].count(GONE) == 1
    assert said[0][1].splitlines()[-1].startswith("two: error: Another")
    assert "stack trace" not in said[0][1]


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "jax", reason="Keras trains in one process")
def test_the_command_ends_and_goes_on(tmp_path):
    from tests.training.distribution import two_processes

    shards = two_processes.write_shards(tmp_path)
    run, long = tmp_path / "run", ["--epochs=100000", "--patience=none"]
    flags = [f"--run-dir={run}", "--cell=none", "--seed=1", "--batch-size=8"]
    command = [sys.executable, "-m", "han_attention", "train", *shards, *flags]
    two = start_two([*command, *long])
    while not (run / "history.csv").exists():
        assert two[0].poll() is None, two[0].communicate()[1]
        time.sleep(0.2)
    two[1].terminate()  # tells the other, and both save after the same step
    said = [process.communicate(timeout=60) for process in two]
    assert [process.returncode for process in two] == [143, 143]
    ends = {err.splitlines()[-1] for _, err in said}
    assert len(ends) == 1 and "All is saved" in ends.pop()
    epochs = len((run / "history.csv").read_text().splitlines())
    more = [f"--epochs={epochs}", "--patience=none", "--resume", "--json"]
    two = start_two([*command, *more])
    said = [process.communicate(timeout=300) for process in two]
    assert [process.returncode for process in two] == [0, 0]
    assert len(json.loads(said[0][0])["epochs"]) == epochs
    assert said[1][0] == ""
    two = start_two([*command, "--label-column=no"])
    assert "exists and is not empty" in two[0].communicate(timeout=60)[1]
    assert two[0].returncode == 2
    two[1].kill()  # it waits for the first
    two[1].communicate()


def test_who_this_is_comes_from_flags_or_the_environment(monkeypatch):
    process = read_flags()
    assert (process.number, process.index) == (1, 0)
    process = read_flags(*ADDRESS, "--process-index=1")
    assert (process.number, process.index) == (2, 1)
    assert process.choose_part("abc") == ["b", "c"]
    assert read_flags(*ADDRESS, "--process-index=0").choose_part("a") == []
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "1")  # Kubernetes
    assert read_flags(*ADDRESS).index == 1
    monkeypatch.setenv("SLURM_PROCID", "3")
    monkeypatch.setenv("SLURM_NTASKS", "4")
    assert read_flags().number == 1  # a job of one process each
    monkeypatch.setenv("SLURM_STEP_NODELIST", "node[1-4]")
    process = read_flags("--coordinator=auto")
    assert (process.number, process.index) == (4, 3)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((*ADDRESS, "--process-index=2"), "less than --num-processes 2.*: 2"),
        ((*ADDRESS, "--process-index=-1"), "--process-index.*at least 0.*: -1"),
        (ADDRESS, "SLURM_PROCID, .JOB_COMPLETION_INDEX. Received: None"),
        (("--process-index=1",), "Expected --coordinator with"),
        (("--coordinator=a:1", "--num-processes=0"), "at least 1.*Received: 0"),
        (("--coordinator=auto",), "--num-processes.*SLURM_NTASKS"),
        (
            ("--coordinator=auto", "--num-processes=2", "--process-index=0"),
            "HOST:PORT where SLURM",
        ),
        (
            ("--coordinator=a", "--num-processes=2", "--process-index=0"),
            "HOST:PORT. Received: 'a'",
        ),
    ],
)
def test_who_this_cannot_be(flags, said):
    with pytest.raises(ValueError, match=said):
        read_flags(*flags)


def test_what_is_refused_is_one_line_of_the_command(tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text("text,label\nfine,1\ndull,0\n")
    rest = [*ADDRESS, "--process-index=1", "--model", str(tmp_path / "m")]
    cases = {"--bad-rows=b.csv": "Expected --skip-bad-rows with several"}
    if BACKEND != "jax":
        cases["--quiet"] = "KERAS_BACKEND=jax) with --coordinator: "
    for flag, said in cases.items():
        with pytest.raises(SystemExit) as raised:
            main(["train", str(file), flag, *rest])
        assert raised.value.code == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1 and said in lines[0]


@pytest.mark.skipif(BACKEND != "jax", reason="of JAX")
def test_a_coordinator_that_does_not_answer():
    from han_attention.training.distribution import _jax

    with pytest.raises(ConnectionError, match="answer at localhost:1 within 1"):
        _jax.initialize("localhost:1", 2, 1, seconds=1)


def test_the_log_of_jax_becomes_one_line():
    fatal = f"F1128 client.h:80] {log_filter._FATAL} detected fatal errors."
    log = f"[Gloo] Rank 0\nE coordination_service.cc:1]\nout of paper\n{fatal}"
    for more, said in {
        " UNAVAILABLE\n@ trace": GONE,
        "\nRPC: /x/RegisterTask": "Not all processes came within 9 seconds.",
    }.items():
        done = subprocess.run(
            [sys.executable, "-IS", log_filter.__file__, "train", "9"],
            input=log + more,
            capture_output=True,
            text=True,
        )
        first, second = done.stdout.splitlines()
        assert first == "out of paper"
        assert second.startswith(f"train: error: {said}")


def test_unlabelled_texts_are_for_one_process(monkeypatch):
    processes.check_no_unlabelled(["a text"])
    two = processes.Processes(2, 0)
    monkeypatch.setattr(processes, "find_processes", lambda: two)
    processes.check_no_unlabelled([])
    with pytest.raises(ValueError, match="`unlabelled`.*with 2 processes"):
        processes.check_no_unlabelled(["a text"])
