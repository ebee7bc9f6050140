"""Own texts: which column holds what, many files, wrong arguments."""

import pytest
from text_file_cases import CONTENTS
from text_file_cases import as_json
from text_file_cases import read_problem
from text_file_cases import read_rows

from han_attention.data.load import load_csv
from han_attention.data.load import load_folder
from han_attention.data.load import load_jsonl
from han_attention.data.text_files import TextFiles

pytestmark = pytest.mark.usefixtures("empty_folder")


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
        ({"label_column": "tone"}, "No column 'tone'. Col"),
        (
            {"label_column": "tweet,id"},
            "No column 'tweet,id'. Several columns are named with "
            "`label_column=[...]`. Col",
        ),
        ({}, "No label column: no name such as 'label' or 'labels'."),
        ({"text_column": "id", "label_column": "id"}, "cannot both be"),
    ):
        message = read_problem(path, **options)
        assert message.startswith(f"{name}:1: ")
        assert expected in message
        assert "Columns: 'id', 'tweet'" in message


@pytest.mark.parametrize("name", ["a.csv", "b.csv", "d.tsv"])
def test_a_file_without_a_header(write, name):
    path = write(name, CONTENTS[name].split("\n", 1)[1])
    message = read_problem(path)
    assert "No text column" in message
    assert "a fine film" in message
    assert 'put a header such as "text,label" above it' in message
    assert "above it" in read_problem(path, need_labels=False)


def test_a_column_that_is_there_twice(write):
    path = write("a.csv", "text,text,label\na,b,c\n")
    assert "More than one column 'text'" in read_problem(path)
    assert load_csv(write("b.csv", "text,id,id,label\na,b,b,c\n")) == (
        ["a"],
        ["c"],
    )


def test_a_very_wide_header_gives_a_short_message(write):
    header = ",".join(f"column {n} " + "x" * 100 for n in range(1_000))
    message = read_problem(write("a.csv", header + "\n"))
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
    rows = read_rows(paths)
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


def test_all_that_files_take_is_loaded_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("subject,body,toxic,spam\nHi,Buy,0,1\nYou,,1,1\n")
    columns = (["subject", "body"], ["toxic", "spam"])
    assert load_csv(path, *columns, multi_label=True) == (
        ["Hi\nBuy", "You"],
        [["spam"], ["toxic", "spam"]],
    )
    path = tmp_path / "a.jsonl"
    path.write_text('{"subject": "Hi", "body": "Buy", "tags": ["a", "b"]}')
    columns = (["subject", "body"], "tags")
    found = load_jsonl(path, *columns, multi_label=True)
    assert found == (["Hi\nBuy"], [["a", "b"]])
    with pytest.raises(ValueError, match=r"`label_column=\[\.\.\.\]`"):
        load_csv(tmp_path / "a.csv", "subject")
