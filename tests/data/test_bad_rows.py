"""Own texts: every way in which a row is wrong."""

import json

import pytest
from text_file_cases import as_json
from text_file_cases import read_problem
from text_file_cases import read_rows

from han_attention.data.load import load_folder
from han_attention.data.text_files import TextFiles

pytestmark = pytest.mark.usefixtures("empty_folder")


BAD_CSV = {
    ",x": "The text is empty.",
    '"  ",x': "The text is empty.",
    "a, ": "The label is empty.",
    "a": "Expected 2 fields, as in the header. Received: 1",
    "a,b,c": "Expected 2 fields, as in the header. Received: 3",
    '"a"b,x': "Invalid CSV",
    '"a,x': "Invalid CSV",
}
BAD_JSON = {
    '{"text": "a"': "Invalid JSON",
    '{"text": "a", "label": }': "Invalid JSON",
    '["a", "b"]': "Expected one JSON object a line",
    "null": "Expected one JSON object a line",
    "[" * 100_000: "Invalid JSON: nested too deeply",
    '{"text": null, "label": 1}': "Expected a text. Received: None",
    '{"text": 3.5, "label": 1}': "Expected a text. Received: 3.5",
    '{"text": NaN, "label": 1}': "Expected a text. Received: nan",
    '{"text": ["a"], "label": 1}': "Expected a text. Received: ['a']",
    '{"text": "", "label": 1}': "The text is empty.",
    '{"text": "\\n\\u3000", "label": 1}': "The text is empty.",
    '{"label": 1}': "No column 'text'. Columns: 'label'",
    '{"text": "a"}': "No column 'label'. Columns: 'text'",
    '{"text": "a", "label": null}': "Expected a label",
    '{"text": "a", "label": NaN}': "Expected a label",
    '{"text": "a", "label": -Infinity}': "Expected a label",
    '{"text": "a", "label": {"b": 1}}': "Expected a label",
    '{"text": "a", "label": ["b"]}': "Lists need `multi_label`",
    '{"text": "a", "label": " "}': "The label is empty.",
    '{"text": "a", "label": "\\ud800"}': "Not a text: the label",
    '{"text": "a", "label": ' + "9" * 5_000 + "}": "Invalid JSON: a number",
}


def check_bad_row(path, line, expected, **options):
    message = read_problem(path, **options)
    assert message.startswith(f"{path}:{line}: ")
    assert expected in message
    files = TextFiles(path, skip_bad_rows=True, **options)
    assert [row.text for row in files] == ["first", "last"]
    assert files.bad_rows == 1
    assert len(list(files)) == 2
    assert files.bad_rows == 1  # of the last pass


@pytest.mark.parametrize("row", BAD_CSV)
def test_bad_rows_of_csv(write, row):
    path = write("a.csv", f"text,label\nfirst,x\n{row}\nlast,x\n")
    check_bad_row(path, 3, BAD_CSV[row])


@pytest.mark.parametrize("row", BAD_JSON, ids=lambda row: row[:40])
def test_bad_rows_of_json(write, row):
    first, last = (
        json.dumps({"text": text, "label": 1}) for text in ("first", "last")
    )
    path = write("a.jsonl", f"{first}\n{row}\n{last}\n")
    check_bad_row(path, 2, BAD_JSON[row])


@pytest.mark.parametrize("labels", ['"a"', "null", '["a", null]', "[[]]"])
def test_bad_lists_of_labels(write, labels):
    line = '{"text": "%s", "label": %s}\n'
    path = write(
        "a.jsonl",
        line % ("first", "[]") + line % ("x", labels) + line % ("last", "[1]"),
    )
    check_bad_row(path, 2, "Expected a l", multi_label=True)


def test_an_empty_line_of_a_text_file_is_a_bad_row(write):
    path = write("a.txt", "first\n\nlast\n")
    check_bad_row(path, 2, "The text is empty.", need_labels=False)


def test_an_empty_file_in_a_label_folder_is_a_bad_row(write):
    write("films/good/1.txt", "fine")
    write("films/good/2.txt", "")
    assert read_problem("films").startswith(
        "films/good/2.txt: The text is empty"
    )
    assert load_folder("films", skip_bad_rows=True) == (["fine"], ["good"])


@pytest.mark.parametrize("after", ["", "last,x\n", "last,x\n" * 30_000])
def test_an_open_quote_costs_one_row(write, after):
    content = 'text,label\n"open,x\nsecond,x\n"third\nline",x\n' + after
    path = write("a.csv", content)
    assert read_problem(path).startswith("a.csv:2: Invalid CSV")
    files = TextFiles(path, skip_bad_rows=True)
    rows = list(files)
    assert files.bad_rows == 1
    assert len(rows) == 2 + after.count("\n")
    assert [row.where for row in rows[:3]] == [
        *("a.csv:3", "a.csv:4", "a.csv:6")
    ][: len(rows)]


def test_an_open_quote_in_a_file_longer_than_a_field_can_be(write):
    row = "x" * 100_000 + ",y\n"
    path = write("a.csv.gz", 'text,label\n"open,x\n' + row * 400)
    files = TextFiles(path, skip_bad_rows=True)
    assert sum(1 for _ in files) == 400
    assert files.bad_rows == 1


def test_rows_that_are_not_wanted_do_not_matter(write):
    path = write("a.csv", "text,label\na,\nb,x\n")
    assert len(read_rows(path, need_labels=False)) == 2
    path = write("a.jsonl", as_json({"text": "a"}, {"text": "b", "label": {}}))
    assert len(read_rows(path, need_labels=False)) == 2


def test_bad_rows_of_all_shards_are_counted(write):
    for n in range(3):
        write(f"data/{n}.csv", "text,label\n" + ",x\n" * n + "a,x\n")
    files = TextFiles("data", skip_bad_rows=True)
    assert files.bad_rows == 0
    assert len(list(files)) == 3
    assert files.bad_rows == 3
    assert len(list(files.in_order(files.shards[1:2]))) == 1
    assert files.bad_rows == 1


def test_nothing_but_bad_rows(write):
    path = write("a.csv", "text,label\n,x\n,y\n")
    message = read_problem(path, skip_bad_rows=True)
    assert message == "All rows are bad, 2 of them. a.csv:2: The text is empty."


@pytest.mark.parametrize("zipped", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        *[(f"a{end}", "") for end in (".csv", ".tsv", ".jsonl", ".txt")],
        *[(f"b{end}", "\n\r\n") for end in (".csv", ".tsv", ".jsonl")],
        *[("c.csv", "text,label"), ("d.csv", "text,label\n\n")],
        *[("e.csv", "\ufeff"), ("f.csv", "\ufefftext,label\n")],
    ],
)
def test_files_without_rows(write, name, content, zipped):
    path = write(name + zipped, content)
    options = {"need_labels": not name.endswith(".txt")}
    for skip_bad_rows in (False, True):
        message = read_problem(path, skip_bad_rows=skip_bad_rows, **options)
        assert message == f"The file has no rows: {path}"
