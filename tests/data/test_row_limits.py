"""Rows, and files, that are longer than is good: bounded memory and time."""

import csv
import gzip
import random
import time
import tracemalloc
from io import StringIO

import pytest
from text_file_cases import as_json
from text_file_cases import read_problem

from han_attention import unpacking
from han_attention.data.readers.csv_records import Lines
from han_attention.data.readers.csv_records import read_records
from han_attention.data.text_files import TextFiles

pytestmark = pytest.mark.usefixtures("empty_folder")

LONG = "é" * 600  # 1,200 bytes
FILES = {
    "a.csv": f"text,label\nfirst,x\n{LONG},x\nlast,x\n",
    "b.csv.gz": f'text,label\nfirst,x\n"{LONG}\n{LONG}",x\nlast,x\n',
    "c.jsonl": as_json(
        *({"text": text, "label": 1} for text in ("first", LONG, "last"))
    ),
}


def read_records_of(text, lines_class=Lines, limit=10**9):
    lines = lines_class(iter(StringIO(text, newline="")), limit, "too long")
    return [
        (n, str(record) if isinstance(record, csv.Error) else record)
        for n, record in read_records(lines, ",")
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_row_longer_than_the_limit_is_a_bad_one(name, write):
    path = write(name, FILES[name])
    assert f"{path}:" in read_problem(path, max_row_bytes=1_000)
    assert "`max_row_bytes`" in read_problem(path, max_row_bytes=1_000)
    files = TextFiles(path, max_row_bytes=1_000, skip_bad_rows=True)
    assert [row.text for row in files] == ["first", "last"]
    assert len(list(TextFiles(path, max_row_bytes=4_000))) == 3


def test_a_long_line_and_a_long_file_of_text(write):
    path = write("a.txt", f"first\n{LONG}\nlast")
    options = {"max_row_bytes": 1_000, "skip_bad_rows": True}
    rows = TextFiles(path, need_labels=False, **options)
    assert [row.where for row in rows] == ["a.txt:1", "a.txt:3"]
    write("films/good/1.txt", LONG)
    write("films/good/2.txt", "fine")
    rows = list(TextFiles("films", **options))
    assert [row.text for row in rows] == ["fine"]


@pytest.mark.parametrize("limit", [0, -1, 2.5, None, 2**31])
def test_limits_that_are_none(limit, write):
    with pytest.raises(ValueError, match="`max_row_bytes`"):
        TextFiles(write("a.csv", FILES["a.csv"]), max_row_bytes=limit)


@pytest.mark.parametrize(
    "content",
    [
        'text,label\nfirst,x\n"' + "a" * 10**7 + '"",x\nlast,x\n',
        "text,label\nfirst,x\n" + "a" * 10**7 + ",x\nlast,x\n",
        'text,label\nfirst,x\n"' + ("a" * 999 + "\n") * 9_999 + '",x\nlast,x\n',
    ],
    ids=["open quote", "long line", "many lines"],
)
def test_memory_is_that_of_the_limit_and_not_of_the_row(content, write):
    path = write("a.csv.gz", content)
    files = TextFiles(path, max_row_bytes=100_000, skip_bad_rows=True)
    tracemalloc.start()
    texts = {row.text for row in files}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {"first", "last"} & texts == {"first", "last"} - {
        "last" if "open" in content else ""
    }
    assert peak < 8_000_000


def test_a_gzip_file_that_becomes_too_large_is_refused(write, monkeypatch):
    monkeypatch.setattr(unpacking, "FREE_BYTES", 10_000)
    path = write("a.csv.gz", "text,label\n" + "a,x\n" * 100_000)
    assert "over 200 times its size" in read_problem(path)
    numbers = random.Random(0)
    rows = "".join(f"{numbers.random()},x\n" for _ in range(10_000))
    path = write("b.csv.gz", "text,label\n" + rows)  # as texts are
    assert len(list(TextFiles(path))) == 10_000


def test_the_ratio_holds_however_a_gzip_file_is_read(tmp_path, monkeypatch):
    path = tmp_path / "zeros.gz"
    path.write_bytes(gzip.compress(b"0 0\n" * 100_000))
    monkeypatch.setattr(unpacking, "FREE_BYTES", 10_000)
    for read in (
        lambda file: file.read(400_000),
        lambda file: [file.read1() for _ in range(100)],
        list,
    ):
        with unpacking.GzipReader(path) as file:
            with pytest.raises(ValueError, match="zeros.gz .* its size"):
                read(file)


class Quadratic(Lines):
    """What is known to be right: whatever a quote swallowed is read again."""

    def give_up(self, error):
        self.take_back(1)


def test_open_quotes_are_read_as_ever():
    numbers = random.Random(0)
    parts = ['"', '""', "a", ",", "\n", "\r\n", '","', '",\n', ',\n"', "b c"]
    for _ in range(3_000):
        text = "".join(numbers.choices(parts, k=numbers.randint(1, 40)))
        assert read_records_of(text) == read_records_of(text, Quadratic), text


@pytest.mark.parametrize("limit", [10**9, 20_000])
def test_open_quotes_cost_time_in_proportion(limit):
    """Each line, read first, opens a quote; within one it closes and opens."""
    start = time.process_time()
    records = read_records_of('a","\n' * 50_000, limit=limit)
    assert len(records) == 50_000
    # It takes a quarter of a second, and in quadratic time some minutes.
    assert time.process_time() - start < 5
