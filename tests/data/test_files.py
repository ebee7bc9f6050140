"""Own texts in files: every format, and every way in which they are wrong."""

import csv
import gzip
import json
import threading
import tracemalloc

import numpy as np
import pytest

from han_attention.data.load import load_csv
from han_attention.data.load import load_folder
from han_attention.data.load import load_jsonl
from han_attention.data.text_files import Row
from han_attention.data.text_files import TextFiles

EXAMPLES = [("a fine film", "good"), ("dull", "bad"), ("so-so", "bad")]
TEXTS = [text for text, _ in EXAMPLES]
LABELS = [label for _, label in EXAMPLES]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path):
    """A function that writes a file, gzip if its name says so."""

    def write_file(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode(encoding)
        if name.endswith(".gz"):
            content = gzip.compress(content)
        path.write_bytes(content)
        return name

    return write_file


def as_lines(separator, header=("text", "label"), examples=EXAMPLES):
    return "".join(f"{a}{separator}{b}\n" for a, b in [header, *examples])


def as_json(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def rows_of(*args, **options):
    return list(TextFiles(*args, **options))


def problem_of(*args, **options):
    """The one line that reading raises."""
    with pytest.raises(ValueError) as info:
        rows_of(*args, **options)
    message = str(info.value)
    assert len(message.splitlines()) == 1
    assert len(message) < 600
    return message


CONTENTS = {
    "a.csv": as_lines(","),
    "b.csv": as_lines(";"),
    "c.csv": as_lines("\t"),
    "d.tsv": as_lines("\t"),
    "e.jsonl": as_json(*[{"text": a, "label": b} for a, b in EXAMPLES]),
    "f.ndjson": as_json(*[{"text": a, "label": b} for a, b in EXAMPLES]),
    "g.json": as_json(*[{"text": a, "label": b} for a, b in EXAMPLES]),
}


# --- formats ---


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("zipped", ["", ".gz"])
def test_every_format_gives_the_same_rows(write, name, zipped):
    path = write(name + zipped, CONTENTS[name])
    first = 1 if "{" in CONTENTS[name] else 2
    assert rows_of(path) == [
        Row(text, label, f"{path}:{line}")
        for line, (text, label) in enumerate(EXAMPLES, start=first)
    ]
    unlabelled = rows_of(path, need_labels=False)
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
    assert rows_of(path, need_labels=False) == [
        Row("one, two", None, "a.txt:1"),
        Row("  three", None, "a.txt:2"),
        Row("four \u2028 five", None, "a.txt:3"),
    ]
    assert "No labels in a.txt" in problem_of(path)


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
    assert rows_of("films")[0].where == "films/bad/1.txt"
    assert rows_of("films", multi_label=True)[0].label == ["bad"]
    assert rows_of("films", need_labels=False)[0].label is None


def test_labels_of_json_keep_their_type(write):
    labels = ["a", "", 1, 0, -2.5, True, False, 10**400]
    path = write(
        "a.jsonl", as_json(*[{"text": "x", "label": n} for n in labels])
    )
    found = [row.label for row in rows_of(path, skip_bad_rows=True)]
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
    assert rows_of(path) == [
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
    rows = rows_of(path, multi_label=True)
    assert [row.label for row in rows] == [["a", "b c"], [], ["a", "b"]]
    path = write("b.csv", "text,tags\nx,a;b\n")
    rows = rows_of(path, multi_label=True, label_separator=";")
    assert rows[0].label == ["a", "b"]
    path = write("c.jsonl", as_json({"text": "x", "label": ["a", 1]}))
    assert rows_of(path, multi_label=True)[0].label == ["a", 1]


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


# --- columns ---


@pytest.mark.parametrize(
    ("header", "text", "label"),
    [
        (("Review", "Sentiment"), "Review", "Sentiment"),
        (("label", "title", "text"), "text", "label"),
        (("id", "comment_text", "CATEGORY"), "comment_text", "CATEGORY"),
        (("reviewText", "id", "Stars"), "reviewText", "Stars"),
        (("rating", " review ", "label"), "review", "label"),
        (("", "y", "document"), "document", "y"),
    ],
)
def test_columns_are_found(write, header, text, label):
    values = {name.strip(): f"in {name.strip()}" for name in header}
    expected = [values[text]], [values[label]]
    path = write("a.csv", ",".join(header) + "\n" + ",".join(values.values()))
    assert load_csv(path) == expected
    assert load_jsonl(write("a.jsonl", as_json(values))) == expected


def test_columns_are_named(write):
    content = "text,body,label,tone\na,b,c,d\n"
    path = write("a.csv", content)
    assert load_csv(path, "body", "tone") == (["b"], ["d"])
    assert load_csv(path, label_column="body") == (["a"], ["b"])
    values = {"text": "a", "body": "b", "tone": 4}
    path = write("a.jsonl", as_json(values))
    assert load_jsonl(path, "body", "tone") == (["b"], [4])


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_columns_that_are_not_there(write, name):
    path = write(
        name,
        as_json({"id": 1, "tweet": "x"})
        if name == "a.jsonl"
        else "id,tweet\n1,x\n",
    )
    for options, expected in (
        ({"text_column": "Tweet"}, "No column 'Tweet'."),
        ({"label_column": "tone"}, "No column 'tone'."),
        ({}, "No label column: no name such as 'label' or 'labels'."),
        ({"text_column": "id", "label_column": "id"}, "cannot both be"),
    ):
        message = problem_of(path, **options)
        assert message.startswith(f"{name}:1: ")
        assert expected in message
        assert "Columns: 'id', 'tweet'" in message


@pytest.mark.parametrize("name", ["a.csv", "b.csv", "d.tsv"])
def test_a_file_without_a_header(write, name):
    path = write(name, CONTENTS[name].split("\n", 1)[1])
    message = problem_of(path)
    assert "No text column" in message
    assert "a fine film" in message
    assert 'put a header such as "text,label" above it' in message
    assert "above it" in problem_of(path, need_labels=False)


def test_a_column_that_is_there_twice(write):
    path = write("a.csv", "text,text,label\na,b,c\n")
    assert "More than one column 'text'" in problem_of(path)
    assert load_csv(write("b.csv", "text,id,id,label\na,b,b,c\n")) == (
        ["a"],
        ["c"],
    )


def test_a_very_wide_header_gives_a_short_message(write):
    header = ",".join(f"column {n} " + "x" * 100 for n in range(1_000))
    message = problem_of(write("a.csv", header + "\n"))
    assert "No text column" in message and "…" in message


# --- many files ---


def test_many_shards(write):
    for n in (2, 0, 1):
        write(f"data/part-{n}.csv.gz", f"text,label\nx{n},y\nz{n},y\n")
    write("data/.part-0.csv.gz.crc", "hidden")
    write("data/_SUCCESS", "")
    expected = ["x0", "z0", "x1", "z1", "x2", "z2"]
    for paths in (
        "data",
        "data/part-*.csv.gz",
        "**/*.gz",
        "d[a]ta",
        ["data/part-2.csv.gz", "data/part-[01]*", "data"],
    ):
        files = TextFiles(paths)
        assert [row.text for row in files] == expected
        assert [row.text for row in files] == expected  # once more
        assert [shard.name for shard in files.shards] == [
            f"part-{n}.csv.gz" for n in range(3)
        ]
    order = files.shards[::-1]
    texts = [row.text for row in files.in_order(order)]
    assert texts == ["x2", "z2", "x1", "z1", "x0", "z0"]
    assert [row.text for row in files.in_order(order[:1])] == ["x2", "z2"]


def test_shards_may_differ_in_format_and_order_of_columns(write):
    paths = [
        write("a.csv", "text,label\na,1\n"),
        write("b.tsv", "label\tid\ttext\n2\t0\tb\n"),
        write("c.jsonl", as_json({"label": "3", "text": "c"})),
    ]
    rows = rows_of(paths)
    assert [(row.text, row.label) for row in rows] == list(
        zip("abc", "123", strict=True)
    )


def test_a_name_that_looks_like_a_pattern(write):
    path = write("a[1].csv", CONTENTS["a.csv"])
    write("a1.csv", CONTENTS["a.csv"])
    assert [shard.name for shard in TextFiles(path).shards] == ["a[1].csv"]


def test_two_passes_at_once(write):
    files = TextFiles(write("a.csv", CONTENTS["a.csv"]))
    pairs = zip(files, files, strict=True)
    assert all(one == other for one, other in pairs)


@pytest.mark.parametrize("path", ["no.csv", "no", "no*.csv", "", "no/a.csv"])
def test_no_such_file(path):
    with pytest.raises(FileNotFoundError, match="No .*file|No file"):
        TextFiles(path)


def test_no_path_at_all():
    with pytest.raises(ValueError, match="argument `paths`"):
        TextFiles([])


@pytest.mark.parametrize("name", ["a.docx", "a", "a.gz", "a.csv.zip"])
def test_unknown_formats(write, name):
    with pytest.raises(ValueError, match=rf"Unknown format: {name}.*\.jsonl"):
        TextFiles(write(name, b"x"))


def test_folders_without_texts(write, tmp_path):
    (tmp_path / "empty").mkdir()
    write("other/notes.md", "x")
    for folder in ("empty", "other"):
        with pytest.raises(FileNotFoundError, match=f"folder {folder}"):
            TextFiles(folder)


def test_a_folder_of_both_kinds(write):
    write("data/a.csv", CONTENTS["a.csv"])
    write("data/good/a.txt", "x")
    with pytest.raises(ValueError, match="data holds both.*a.csv.*good"):
        TextFiles("data")


def test_loaders_refuse_other_formats(write):
    path = write("a.csv", CONTENTS["a.csv"])
    with pytest.raises(ValueError, match="Wrong format: a.csv"):
        load_jsonl(path)
    path = write("a.jsonl", CONTENTS["e.jsonl"])
    with pytest.raises(ValueError, match="Wrong format: a.jsonl"):
        load_csv(path)
    with pytest.raises(ValueError, match="Wrong format: a.jsonl"):
        load_folder(path)


# --- encodings ---


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.txt"])
@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", "cp1252"),
        ("utf-16", None),
        ("utf-16", "utf-16-le"),
        ("utf-32", None),
        ("cp1252", "cp1252"),
        ("cp1252", "latin-1"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings(write, name, written, named):
    content = {
        "a.csv": "text,label\ncafé “x”\r\nok,y\n",
        "a.jsonl": '{"text": "café “x”", "label": "y"}\n',
        "a.txt": "café “x”\n",
    }[name.removesuffix(".gz")]
    content = content.replace("“x”\r\nok", "“x”")
    if named == "latin-1":
        content = content.replace("“x”", "»x«")
    path = write(name, content, written)
    need_labels = name != "a.txt"
    (row,) = rows_of(path, encoding=named, need_labels=need_labels)
    assert row.text in ("café “x”", "café »x«")
    assert row.label == ("y" if need_labels else None)


def test_undecodable_bytes_are_a_bad_row(write):
    lines = ["text,label", *(f"text {n},x" for n in range(5_000))]
    lines[4_000] = "caf\udce9,x"
    content = "\n".join(lines).encode(errors="surrogateescape")
    path = write("a.csv", content)
    message = problem_of(path)
    assert message.startswith("a.csv:4001: Bytes that are not utf-8 text.")
    assert "`encoding`" in message and "cp1252" in message
    files = TextFiles(path, skip_bad_rows=True)
    assert len(list(files)) == 4_999
    assert files.bad_rows == 1
    assert rows_of(path, encoding="cp1252")[3_999].text == "café"


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("a.jsonl", b'{"text": "a", "label": 1}\n{"text": "\xff"}\n', ":2"),
        ("a.txt", b"fine\n\xe9t\xe9\n", ":2"),
        ("a.csv", b"text,label\na,b\na,\xe9\n", ":3"),
        ("a.csv", b"t\xe9xt,label\na,b\na,b\n", ":1"),
        ("b/x/a.txt", b"\xff", ""),
    ],
)
def test_undecodable_bytes_elsewhere(write, name, content, where):
    path = write(name, content)
    options = {"need_labels": False} if name == "a.txt" else {}
    read = "b" if name.startswith("b") else path
    message = problem_of(read, **options)
    assert message.startswith(f"{path}{where}: Bytes that are not utf-8")


def test_half_a_pair_in_utf_16(write):
    content = "a,b\nc".encode("utf-16-le") + b"\x00\xd8"
    content += "\ud83d\ude00x\ny,z\n".encode("utf-16-le", "surrogatepass")
    path = write("a.txt", b"\xff\xfe" + content)
    files = TextFiles(path, need_labels=False, skip_bad_rows=True)
    assert [row.text for row in files] == ["a,b", "y,z"]
    assert "a.txt:2: Bytes" in problem_of(path, need_labels=False)


def test_utf_16_without_a_mark(write):
    path = write("a.csv", CONTENTS["a.csv"], "utf-16-le")
    assert problem_of(path).startswith("a.csv:1: Bytes that are not utf-8")
    assert load_csv(path, encoding="utf-16-le") == (TEXTS, LABELS)


def test_an_encoding_that_the_whole_file_is_not_in(write):
    path = write("a.csv", CONTENTS["a.csv"])
    message = problem_of(path, encoding="utf-16")
    assert message.startswith("Cannot read a.csv as utf-16: ")


@pytest.mark.parametrize("encoding", ["nonsense", "", "base64", "a\0", 3])
def test_a_wrong_encoding(write, encoding):
    path = write("a.csv", CONTENTS["a.csv"])
    with pytest.raises(ValueError, match="argument `encoding`"):
        TextFiles(path, encoding=encoding)


# --- bad rows ---

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
    message = problem_of(path, **options)
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
    assert problem_of("films").startswith("films/good/2.txt: The text is empty")
    assert load_folder("films", skip_bad_rows=True) == (["fine"], ["good"])


@pytest.mark.parametrize("after", ["", "last,x\n", "last,x\n" * 100_000])
def test_an_open_quote_costs_one_row(write, after):
    content = 'text,label\n"open,x\nsecond,x\n"third\nline",x\n' + after
    path = write("a.csv", content)
    assert problem_of(path).startswith("a.csv:2: Invalid CSV")
    files = TextFiles(path, skip_bad_rows=True)
    rows = list(files)
    assert files.bad_rows == 1
    assert len(rows) == 2 + after.count("\n")
    assert [row.where for row in rows[:3]] == [
        *("a.csv:3", "a.csv:4", "a.csv:6")
    ][: len(rows)]


def test_an_open_quote_in_a_file_longer_than_a_field_can_be(write):
    row = "x" * 10_000 + ",y\n"
    path = write("a.csv.gz", 'text,label\n"open,x\n' + row * 4_000)
    files = TextFiles(path, skip_bad_rows=True)
    assert sum(1 for _ in files) == 4_000
    assert files.bad_rows == 1


def test_rows_that_are_not_wanted_do_not_matter(write):
    path = write("a.csv", "text,label\na,\nb,x\n")
    assert len(rows_of(path, need_labels=False)) == 2
    path = write("a.jsonl", as_json({"text": "a"}, {"text": "b", "label": {}}))
    assert len(rows_of(path, need_labels=False)) == 2


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
    message = problem_of(path, skip_bad_rows=True)
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
        message = problem_of(path, skip_bad_rows=skip_bad_rows, **options)
        assert message == f"The file has no rows: {path}"


# --- damaged files ---


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.999])
def test_truncated_gzip(tmp_path, share):
    text = np.random.default_rng(0).bytes(50_000).hex()
    content = gzip.compress(f"text,label\n{text},x\n".encode())
    (tmp_path / "a.csv.gz").write_bytes(content[: int(len(content) * share)])
    for skip_bad_rows in (False, True):
        message = problem_of("a.csv.gz", skip_bad_rows=skip_bad_rows)
        assert message.startswith("Damaged or truncated gzip file: a.csv.gz")


@pytest.mark.parametrize("place", [0, 3, 100, 5_000, -8, -1])
def test_damaged_gzip(tmp_path, place):
    text = np.random.default_rng(0).bytes(50_000).hex()
    content = bytearray(gzip.compress(f"text,label\n{text},x\n".encode()))
    content[place] ^= 0xFF
    (tmp_path / "a.csv.gz").write_bytes(content)
    with pytest.raises(ValueError, match="a.csv.gz"):
        rows_of("a.csv.gz")


def test_a_file_that_is_not_gzip(tmp_path):
    (tmp_path / "a.csv.gz").write_text(CONTENTS["a.csv"])
    assert "Damaged or truncated gzip file: a.csv.gz" in problem_of("a.csv.gz")


def test_a_damaged_text_in_a_label_folder(write, tmp_path):
    write("films/good/1.txt.gz", "fine")
    path = tmp_path / "films/good/1.txt.gz"
    path.write_bytes(path.read_bytes()[:-1])
    message = problem_of("films", skip_bad_rows=True)
    assert "truncated gzip file: films/good/1.txt.gz" in message


# --- strange and large texts ---


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
        threading.Thread(target=lambda: counts.append(len(rows_of(path))))
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
    for number in (1_000, 30_000):
        path = write(name, header + line * number)
        files = TextFiles(path, need_labels=False)
        tracemalloc.start()
        assert sum(1 for _ in files) == number
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 50_000


# --- arguments ---


@pytest.mark.parametrize(
    "options",
    [
        {"text_column": ""},
        {"label_column": 3},
        {"need_labels": "no"},
        {"multi_label": 1},
        {"label_separator": ""},
        {"skip_bad_rows": None},
    ],
)
def test_wrong_arguments(write, options):
    path = write("a.csv", CONTENTS["a.csv"])
    (name,) = options
    with pytest.raises(ValueError, match=f"argument `{name}`"):
        TextFiles(path, **options)


# --- the real data ---


def test_20_newsgroups(shared_data):
    texts, labels = load_jsonl(shared_data("20news-bydate-train.jsonl.gz"))
    assert len(texts) == len(labels) == 11_314
    assert len(set(labels)) == 20
    assert labels[0] == "alt.atheism"
    assert texts[0].startswith("From: mathew <mathew@mantis.co.uk>\nSubject:")
