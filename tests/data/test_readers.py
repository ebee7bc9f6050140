"""Own texts in files: every format gives the same rows."""

import csv
import gzip

import numpy as np
import pytest
from text_file_cases import CONTENTS
from text_file_cases import EXAMPLES
from text_file_cases import LABELS
from text_file_cases import TEXTS
from text_file_cases import as_json
from text_file_cases import read_problem
from text_file_cases import read_rows

from han_attention.cli.reading_flags import DATA_HELP
from han_attention.data.load import load_csv
from han_attention.data.load import load_folder
from han_attention.data.load import load_jsonl
from han_attention.data.readers.registry import FORMATS
from han_attention.data.readers.registry import LABELLED_FORMATS
from han_attention.data.readers.registry import READERS
from han_attention.data.readers.registry import Reader
from han_attention.data.text_files import Row
from han_attention.data.text_files import TextFiles

pytestmark = pytest.mark.usefixtures("empty_folder")


# --- formats ---


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("zipped", ["", ".gz"])
def test_every_format_gives_the_same_rows(write, name, zipped):
    path = write(name + zipped, CONTENTS[name])
    first = 1 if "{" in CONTENTS[name] else 2
    assert read_rows(path) == [
        Row(text, label, f"{path}:{line}")
        for line, (text, label) in enumerate(EXAMPLES, start=first)
    ]
    unlabelled = read_rows(path, need_labels=False)
    assert [row.text for row in unlabelled] == TEXTS
    assert {row.label for row in unlabelled} == {None}


@pytest.mark.parametrize("name", ["A.CSV", "b.Csv.GZ", "c.d.csv"])
def test_the_case_of_the_suffix_does_not_matter(write, name):
    content = CONTENTS["a.csv"].encode()
    if name.endswith("GZ"):
        content = gzip.compress(content)
    assert load_csv(write(name, content)) == (TEXTS, LABELS)


def test_a_text_file_has_a_text_a_line(write):
    path = write("a.txt", "one, two\r\n  three\nfour \u2028 five")
    assert read_rows(path, need_labels=False) == [
        Row("one, two", None, "a.txt:1"),
        Row("  three", None, "a.txt:2"),
        Row("four \u2028 five", None, "a.txt:3"),
    ]
    assert "No labels in a.txt" in read_problem(path)


def test_a_folder_of_label_folders(write):
    for n, (text, label) in enumerate(EXAMPLES):
        write(f"films/{label}/{n}.txt", text + "\r\n")
    write("films/bad/3.txt.gz", "zipped")
    write("films/bad/.hidden.txt", "no")
    write("films/bad/notes.md", "no")
    write("films/README.txt", "no")
    write("films/empty/nothing.md", "no")
    texts, labels = load_folder("films")
    assert texts == ["dull\r\n", "so-so\r\n", "zipped", "a fine film\r\n"]
    assert labels == ["bad", "bad", "bad", "good"]
    assert read_rows("films")[0].where == "films/bad/1.txt"
    assert read_rows("films", multi_label=True)[0].label == ["bad"]
    assert read_rows("films", need_labels=False)[0].label is None


def test_labels_of_json_keep_their_type(write):
    labels = ["a", "", 1, 0, -2.5, True, False, 10**400]
    path = write(
        "a.jsonl", as_json(*[{"text": "x", "label": n} for n in labels])
    )
    found = [row.label for row in read_rows(path, skip_bad_rows=True)]
    labels.remove("")
    assert found == labels
    assert [type(n) for n in found] == [type(n) for n in labels]


def test_labels_of_csv_are_strings_without_spaces_around(write):
    path = write("a.csv", "text, label\n x , 1\ny,\tgood one \n")
    assert load_csv(path) == ([" x ", "y"], ["1", "good one"])


def test_quoted_fields(write):
    path = write(
        "a.csv",
        'text,label\r\n"a, ""b""\r\nc",x\r\n\r\nd,y\r\n"e\n\n\nf",z\r\ng,w\r\n',
    )
    assert read_rows(path) == [
        Row('a, "b"\r\nc', "x", "a.csv:2"),
        Row("d", "y", "a.csv:5"),
        Row("e\n\n\nf", "z", "a.csv:6"),
        Row("g", "w", "a.csv:10"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(write, end):
    path = write("a.csv", CONTENTS["a.csv"].replace("\n", end))
    assert load_csv(path) == (TEXTS, LABELS)


def test_json_is_not_split_at_other_line_ends(write):
    content = '{"text": "a\u2028b\x85c\x0bd", "label": 1}\r\n\r\n'
    path = write("a.jsonl", content.replace("\x0b", "\\u000b"))
    assert load_jsonl(path) == (["a\u2028b\x85c\x0bd"], [1])


def test_several_labels(write):
    path = write("a.csv", "text,tags\nx,a|b c\ny,\nz, a | |b|\n")
    rows = read_rows(path, multi_label=True)
    assert [row.label for row in rows] == [["a", "b c"], [], ["a", "b"]]
    path = write("b.csv", "text,tags\nx,a;b\n")
    rows = read_rows(path, multi_label=True, label_separator=";")
    assert rows[0].label == ["a", "b"]
    path = write("c.jsonl", as_json({"text": "x", "label": ["a", 1]}))
    assert read_rows(path, multi_label=True)[0].label == ["a", 1]


def test_it_reads_what_pandas_writes(tmp_path):
    pandas = pytest.importorskip("pandas")
    generator = np.random.default_rng(0)
    signs = list('ab ,;\t"\n|é語😀\\')  # it leaves a bare \\r unquoted
    texts = [
        "x" + "".join(generator.choice(signs, size=n % 40)) for n in range(500)
    ]
    frame = pandas.DataFrame({"id": range(500), "text": texts})
    frame["label"] = [f"label {n % 3}" for n in range(500)]
    frame.to_csv("a.csv")
    frame.to_csv("b.tsv", sep="\t", index=False)
    frame.to_csv("c.csv", sep=";", quoting=csv.QUOTE_ALL)
    frame.to_csv("d.csv.gz", encoding="utf-8-sig")
    for name in ("a.csv", "b.tsv", "c.csv", "d.csv.gz"):
        assert load_csv(name) == (texts, list(frame["label"]))
    frame.to_json("e.jsonl", orient="records", lines=True)
    assert load_jsonl("e.jsonl") == (texts, list(frame["label"]))


# --- the real data ---


def test_20_newsgroups(shared_data):
    texts, labels = load_jsonl(shared_data("20news-bydate-train.jsonl.gz"))
    assert len(texts) == len(labels) == 11_314
    assert len(set(labels)) == 20
    assert labels[0] == "alt.atheism"
    assert texts[0].startswith("From: mathew <mathew@mantis.co.uk>\nSubject:")


# --- the registry ---


def test_everything_comes_from_the_registry():
    """A format that is not documented, or that a command does not name."""
    assert set(FORMATS) == {name[name.index(".") :] for name in CONTENTS} | {
        *(".txt", ".parquet", ".arrow", ".feather", ".xlsx")  # test_tables.py
    }
    assert set(LABELLED_FORMATS) == set(FORMATS) - {".txt"}
    for suffix in FORMATS:
        assert f"`{suffix}`" in TextFiles.__doc__
    for suffix in LABELLED_FORMATS:
        assert suffix in DATA_HELP


def test_a_new_format_is_a_function_and_a_line(write, monkeypatch):
    def read_upper(path, options, encoding):
        yield Row(path.read_text().upper(), "x", str(path))

    monkeypatch.setitem(READERS, ".up", Reader((".up",), read_upper))
    assert read_rows(write("a.up", "fine")) == [Row("FINE", "x", "a.up")]
