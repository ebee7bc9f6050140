"""Files and folders are written whole, or what was there stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import han_attention
from han_attention.atomic import replace_when_written

PACKAGE_PARENT = Path(han_attention.__file__).parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(PACKAGE_PARENT)}


def tree(folder):
    """Every path below a folder, with the contents of the files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        if path.is_file()
        else None
        for path in folder.rglob("*")
    }


def write_folder(path, **files):
    with replace_when_written(path) as temporary:
        temporary.mkdir()
        for name, text in files.items():
            (temporary / name).write_text(text)


def test_a_new_file_and_its_folders_are_made(tmp_path):
    with replace_when_written(tmp_path / "a" / "b" / "c.txt") as temporary:
        assert not temporary.exists()
        assert temporary.parent == tmp_path / "a" / "b"
        assert temporary.suffix == ".txt"
        temporary.write_text("new")
        assert not (tmp_path / "a" / "b" / "c.txt").exists()
    assert tree(tmp_path) == {"a": None, "a/b": None, "a/b/c.txt": b"new"}


def test_a_path_may_be_a_string(tmp_path):
    with replace_when_written(str(tmp_path / "c.txt")) as temporary:
        temporary.write_text("new")
    assert tree(tmp_path) == {"c.txt": b"new"}


def test_a_file_is_replaced_at_the_end_of_the_block(tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("old")
    with replace_when_written(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert tree(tmp_path) == {"c.txt": b"new"}


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "model"
    write_folder(path, first="1", second="2")
    write_folder(path, second="new")
    assert tree(tmp_path) == {"model": None, "model/second": b"new"}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_the_old_file(tmp_path, error):
    path = tmp_path / "c.txt"
    path.write_text("old")
    with pytest.raises(error):
        with replace_when_written(path) as temporary:
            temporary.write_text("half")
            raise error
    assert tree(tmp_path) == {"c.txt": b"old"}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_the_old_folder(tmp_path, error):
    path = tmp_path / "model"
    write_folder(path, first="1")
    before = tree(tmp_path)
    with pytest.raises(error):
        with replace_when_written(path) as temporary:
            temporary.mkdir()
            (temporary / "first").write_text("half")
            raise error
    assert tree(tmp_path) == before


def test_an_exception_before_anything_is_written(tmp_path):
    with pytest.raises(RuntimeError):
        with replace_when_written(tmp_path / "c.txt"):
            raise RuntimeError
    assert tree(tmp_path) == {}


def test_a_block_that_writes_nothing_loses_nothing(tmp_path):
    write_folder(tmp_path / "model", first="1")
    (tmp_path / "c.txt").write_text("old")
    before = tree(tmp_path)
    for name in ("model", "c.txt"):
        with pytest.raises(OSError):
            with replace_when_written(tmp_path / name):
                pass
    assert tree(tmp_path) == before


def test_a_file_never_takes_the_place_of_a_folder(tmp_path):
    # A slip such as tokenizer.save("my_project") must not delete a project.
    write_folder(tmp_path / "project", precious="years of work")
    before = tree(tmp_path)
    with pytest.raises(OSError):
        with replace_when_written(tmp_path / "project") as temporary:
            temporary.write_text("a file")
    assert tree(tmp_path) == before


def test_a_folder_never_takes_the_place_of_a_file(tmp_path):
    (tmp_path / "notes").write_text("old")
    with pytest.raises(OSError):
        write_folder(tmp_path / "notes", first="1")
    assert tree(tmp_path) == {"notes": b"old"}


def test_a_folder_behind_a_link_can_be_replaced(tmp_path):
    write_folder(tmp_path / "real", first="1")
    (tmp_path / "link").symlink_to("real")
    write_folder(tmp_path / "link", first="2")
    assert (tmp_path / "link" / "first").read_text() == "2"
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"link", "real"}


def test_what_a_killed_process_left_is_no_obstacle(tmp_path):
    # In a container the next process often has the same number.
    with replace_when_written(tmp_path / "model") as temporary:
        temporary.mkdir()
    (tmp_path / "model").rmdir()
    temporary.mkdir()
    (temporary / "half").write_text("half")
    write_folder(tmp_path / "model", first="1")
    assert tree(tmp_path / "model") == {"first": b"1"}


def test_two_names_that_share_a_stem_do_not_meet(tmp_path):
    with replace_when_written(tmp_path / "run.json") as first:
        with replace_when_written(tmp_path / "run.csv") as second:
            first.write_text("json")
            second.write_text("csv")
    assert tree(tmp_path) == {"run.json": b"json", "run.csv": b"csv"}


FULL_DISK = """
import resource
import signal
import sys
from han_attention.atomic import replace_when_written

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    with replace_when_written(sys.argv[1]) as temporary:
        if sys.argv[2] == "folder":
            temporary.mkdir()
            (temporary / "small").write_text("fits")
            temporary = temporary / "large"
        temporary.write_bytes(bytes(20_000))
except OSError as error:
    print(type(error).__name__, error)
    sys.exit(3)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs resource limits")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_full_disk_leaves_what_was_there(tmp_path, kind):
    if kind == "file":
        (tmp_path / "target").write_text("old")
    else:
        write_folder(tmp_path / "target", first="1")
    before = tree(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "target"), kind],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stdout
    assert str(tmp_path / "target") in done.stdout
    assert tree(tmp_path) == before


def test_what_is_no_file_is_written_into_and_never_replaced(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with replace_when_written(path) as given:
        given.write_text("through")
    assert os.read(reader, 99) == b"through"
    os.close(reader)
    assert path.is_fifo()
    assert [each.name for each in tmp_path.iterdir()] == ["pipe"]
    with replace_when_written("/dev/null") as given:
        given.write_text("away")
    assert Path("/dev/null").is_char_device()


KILLED = """
import os
import sys
from han_attention.atomic import replace_when_written

with replace_when_written(sys.argv[1]) as temporary:
    temporary.mkdir()
    (temporary / "half").write_text("half")
    os.kill(os.getpid(), 9)
"""
READING = """
import sys
from pathlib import Path

folder, seen = Path(sys.argv[1]), set()
while not (folder.parent / "stop").exists():
    for path in folder.iterdir():  # raises if there is none
        seen.add(path.name)
print(sorted(seen))
"""


def test_what_dead_processes_left_is_removed_and_nothing_else(tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path / "model")]
    subprocess.run(command, env=ENVIRONMENT)
    (left,) = tmp_path.iterdir()
    mine = tmp_path / f".{left.name.split('-')[0][1:]}.notes.txt"
    mine.write_text("mine")
    with replace_when_written(tmp_path / "other") as alive:
        alive.write_text("being written")
        write_folder(tmp_path / "model", first="1")
        assert alive.exists()
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"model", "other", mine.name}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere in two steps")
def test_a_folder_that_is_replaced_is_always_there(tmp_path):
    write_folder(tmp_path / "model", first="1")
    command = [sys.executable, "-c", READING, str(tmp_path / "model")]
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as reader:
        for n in range(1_500):
            write_folder(tmp_path / "model", **{"first": "1", f"n{n % 2}": ""})
        (tmp_path / "stop").touch()
        output, errors = reader.communicate()
    assert errors == ""
    assert "first" in output


def test_where_two_steps_are_needed_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("han_attention.atomic.ctypes.CDLL", lambda *_, **__: 0)
    write_folder(tmp_path / "model", first="1")
    write_folder(tmp_path / "model", second="2")
    assert tree(tmp_path) == {"model": None, "model/second": b"2"}
