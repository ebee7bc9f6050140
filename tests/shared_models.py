"""What is built once for a whole run of the tests, however many processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

TRAIN_IMDB = Path(__file__).parents[1] / "train_imdb.py"


def build_once(tmp_path_factory, name, build):
    """Return the folder `name`, made by whichever process needs it first.

    The others wait for it. It is shared: a test that changes it copies it.

    Args:
        tmp_path_factory: pytest's.
        name: Of the folder in the run, such as "cli/model".
        build: Called with a path that is not there yet, at which it makes the
            folder. If it raises, the next who asks tries again.

    Example:
        @pytest.fixture(scope="session")
        def model(tmp_path_factory):
            return build_once(tmp_path_factory, "tiny", train_and_save)
    """
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each process has its own below
        run = run.parent
    folder = run / "shared" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            temporary = folder.with_name(f"{folder.name}.building")
            shutil.rmtree(temporary, ignore_errors=True)
            build(temporary)
            temporary.rename(folder)
    return folder


def train_demo(tmp_path_factory):
    """The folder in which `train_imdb.py --demo` was run, once for all.

    In a process of its own. Its run folder is `here`; `process.json` has what
    it printed and its exit code.
    """

    def run_script(folder):
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, str(TRAIN_IMDB), "--demo", "--seed", "1"]
            + ["--run-dir", "here"],
            capture_output=True,
            text=True,
            cwd=folder,
        )
        fields = ("returncode", "stdout", "stderr")
        process = {name: getattr(done, name) for name in fields}
        (folder / "process.json").write_text(json.dumps(process))

    return build_once(tmp_path_factory, "demo", run_script)
