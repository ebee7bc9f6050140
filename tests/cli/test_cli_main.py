"""The command line as a whole: help, mistakes, how it starts and ends."""

import os
import signal
import subprocess
import sys
import time

import pytest
from cpu_time import cpu_time

import han_attention
from han_attention.cli.common import is_one_log

COMMANDS = (
    "demo",
    "train",
    "evaluate",
    "tune",
    "predict",
    "explain",
    "export",
    "serve",
)


def test_version(cli):
    done = cli("--version")
    assert done.output == f"han-attention {han_attention.__version__}\n"
    assert done.code == 0


def test_help_names_the_commands(cli):
    done = cli("--help")
    assert done.code == 0
    assert all(f"    {name} " in done.output for name in COMMANDS)


def test_nothing_at_all_shows_the_help(cli):
    done = cli()
    assert (done.code, done.errors) == (0, [])
    assert done.output == cli("--help").output


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_ends_with_examples(command, cli):
    done = cli(command, "--help")
    assert done.code == 0
    examples = done.output.split("examples:\n")[1].splitlines()
    starts = [line for line in examples if f"han-attention {command} " in line]
    assert 2 <= len(starts) <= 5
    assert max(map(len, done.output.splitlines())) <= 80


def test_help_is_fast_and_loads_nothing_heavy():
    code = (
        "import sys\n"
        "try:\n"
        "    from han_attention.cli import main; main(['train', '--help'])\n"
        "except SystemExit:\n"
        "    heavy = {'keras', 'tensorflow', 'sklearn', 'jax', 'torch'}\n"
        "    print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    with cpu_time() as spent:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert done.stderr == b"[]\n"
    assert spent.seconds < 1  # 0.4 on an idle machine


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "invalid choice: 'nothing'"),
        (["--quiet"], "COMMAND"),
    ],
)
def test_mistakes_before_the_command(arguments, message, cli):
    done = cli(*arguments)
    assert done.code == 2
    (line,) = done.errors
    assert line.startswith("han-attention")
    assert message in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "a.csv"], "Expected --model or --run-dir"),
        (["train", "--model", "m"], "DATA"),
        (["train", "a.csv", "--mod", "m"], "--model"),  # no abbreviations
        (["train", "a.csv", "--model", "m", "--units", "5"], "--units 5"),
        (["predict"], "MODEL"),
        (["evaluate", "m"], "DATA"),
        (["export", "m"], "--format, --output"),
        (["export", "m", "--format", "x", "--output", "y"], "'x'"),
        (["explain", "m", "--limit", "x"], "invalid int value: 'x'"),
    ],
)
def test_mistakes_in_the_arguments(arguments, message, refused):
    assert message in refused(*arguments)


def test_flags_may_stand_anywhere(cli, data, onnx_model, tmp_path):
    file = data / "test.csv"
    for arguments in (
        [onnx_model, "--output", "a", file, "--no-text"],
        [onnx_model, file, "--no-text", "--output", "a"],
        ["--no-text", "--output", "a", onnx_model, file],
    ):
        (line,) = cli("predict", *arguments).errors
        assert line.endswith("written a, 40 rows")
        assert len((tmp_path / "a").read_text().splitlines()) == 40
        (tmp_path / "a").unlink()


def test_ctrl_c(onnx_model):
    with subprocess.Popen(
        [sys.executable, "-m", "han_attention", "predict", str(onnx_model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts jobs in the background with Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        time.sleep(1.5)  # by then it waits for texts
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == "han-attention predict: interrupted\n"
        assert process.stdout.read() == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_disk_is_one_line(data, onnx_model):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "han_attention", "predict"]
            + [str(onnx_model), str(data / "test.csv")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("han-attention predict: error: ")
    assert "No space left" in line


def test_one_log_of_both_outputs(tmp_path, monkeypatch):
    """`> log 2>&1` is one; two files, and what is no file, are none."""
    assert not is_one_log()
    with open(tmp_path / "a", "w") as one, open(tmp_path / "b", "w") as other:
        monkeypatch.setattr(sys, "stdout", one)
        monkeypatch.setattr(sys, "stderr", other)
        assert not is_one_log()
        monkeypatch.setattr(sys, "stderr", one)
        assert is_one_log()
        monkeypatch.setattr(one, "isatty", lambda: True, raising=False)
