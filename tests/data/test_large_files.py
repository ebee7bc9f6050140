"""Own texts that are strange, long, or many."""

import csv
import threading
import tracemalloc

import pytest
from text_file_cases import CONTENTS
from text_file_cases import as_json
from text_file_cases import read_rows

from han_attention.data.load import load_csv
from han_attention.data.load import load_jsonl
from han_attention.data.text_files import TextFiles

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.parametrize("text", ["a\0b", "\0", "😀 e\u0301", "\u200b", "\\"])
def test_strange_texts(write, text):
    assert load_csv(write("a.csv", f"text,label\n{text},x\n"))[0] == [text]
    path = write("a.jsonl", as_json({"text": text, "label": 1}))
    assert load_jsonl(path)[0] == [text]


def test_lone_surrogates_of_json_pass(write):
    for text in ("a \ud800 b", "\udc80", "\udcff x"):
        path = write("a.jsonl", as_json({"text": text, "label": 1}))
        assert load_jsonl(path)[0] == [text]


def test_a_text_of_10_megabytes(write):
    text = "word \n" * 1_750_000
    assert len(text) > 10 * 2**20
    path = write("a.csv", f'text,label\n"{text}",x\nb,y\n')
    assert load_csv(path) == ([text, "b"], ["x", "y"])
    path = write("a.jsonl", as_json({"text": text, "label": 1}))
    assert load_jsonl(path) == ([text], [1])


def test_the_limit_of_the_csv_module_is_never_lowered(write):
    path = write("a.csv", CONTENTS["a.csv"])
    before = csv.field_size_limit(2**30)
    try:
        load_csv(path)
        assert csv.field_size_limit() == 2**30
    finally:
        csv.field_size_limit(before)


def test_threads_read_at_once(write):
    long = "x" * 200_000  # longer than the csv module allows at first
    path = write("a.csv", "text,label\n" + f"{long},y\n" * 20)
    counts = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(read_rows(path))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [20] * 4


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.txt.gz"])
def test_memory_does_not_grow_with_the_rows(write, name):
    line = {
        "a.csv": "some words of a text,x\n",
        "a.jsonl": '{"text": "some words of a text", "label": "x"}\n',
        "a.txt.gz": "some words of a text\n",
    }[name]
    header = "text,label\n" if name == "a.csv" else ""
    peaks = []
    for number in (1_000, 10_000):
        path = write(name, header + line * number)
        files = TextFiles(path, need_labels=False)
        tracemalloc.start()
        assert sum(1 for _ in files) == number
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 50_000
