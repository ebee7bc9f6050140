"""Own texts in tables of every kind, and which of their columns are read."""

import json

import pytest
from text_file_cases import EXAMPLES
from text_file_cases import as_json
from text_file_cases import read_problem
from text_file_cases import read_rows

from han_attention.data.text_files import TextFiles

pytestmark = pytest.mark.usefixtures("empty_folder")

ROWS = [
    {"id": n, "text": text, "label": label}
    for n, (text, label) in enumerate(EXAMPLES)
]


def write_parquet(rows, name):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pytest.importorskip("pyarrow").Table.from_pylist(rows)
    parquet.write_table(table, name, row_group_size=2)


def write_arrow(rows, name, kind="new_file"):
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.Table.from_pylist(rows)
    with getattr(pyarrow.ipc, kind)(name, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)


def write_stream(rows, name):
    write_arrow(rows, name, "new_stream")


def write_excel(rows, name):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([str(v) if v == [] else v for v in row.values()])
    book.save(name)


def write_json(rows, name):
    with open(name, "w") as file:
        json.dump(rows, file, indent=1)


WRITERS = {
    "a.parquet": write_parquet,
    "b.arrow": write_arrow,
    "c.arrow": write_stream,
    "d.feather": write_arrow,
    "e.xlsx": write_excel,
    "f.json": write_json,
}

each_format = pytest.mark.parametrize("name", WRITERS)


@each_format
def test_every_format_gives_the_same_rows(name):
    WRITERS[name](ROWS, name)
    first = 2 if name.endswith(".xlsx") else 1
    rows = read_rows(name, keep=["id"])
    assert [(r.text, r.label, r.where, r.cells["id"]) for r in rows] == [
        (text, label, f"{name}:{first + n}", n)
        for n, (text, label) in enumerate(EXAMPLES)
    ]
    assert "No column 'body'" in read_problem(name, "body")


@each_format
def test_a_missing_text_is_an_empty_one(name):
    rows = [*ROWS, {"id": 9, "text": None, "label": "x"}]
    if name.endswith("json"):
        rows[-1]["text"] = ""  # there a null is no text: test_bad_rows.py
    WRITERS[name](rows, name)
    files = TextFiles(name, skip_bad_rows="empty", keep=["id"])
    assert len(list(files)) == 3
    assert files.bad_rows == 1
    last = list(files.records())[-1]
    assert (last.number, last.row.is_empty) == (4, True)
    assert last.row.cells == {"id": 9}


@pytest.mark.parametrize("name", ["a.parquet", "c.arrow", "f.json"])
def test_columns_of_lists(name):
    rows = [{"text": "a", "tags": ["x", "y"]}, {"text": "b", "tags": []}]
    WRITERS[name](rows, name)
    labels = [row.label for row in read_rows(name, multi_label=True)]
    assert labels == [["x", "y"], []]


def test_lists_in_the_cells_of_a_csv(write):
    path = write(
        "a.csv", 'text,tags\nx,"[\'a\', \'b c\']"\ny,"[""a""]"\nz,[]\n'
    )
    labels = [row.label for row in read_rows(path, multi_label=True)]
    assert labels == [["a", "b c"], ["a"], []]


@pytest.mark.parametrize("name", ["a.parquet", "e.xlsx", "a.csv"])
def test_a_column_for_each_label(name, write):
    rows = [
        {"comment": "a", "toxic": 1, "insult": 0},
        {"comment": "b", "toxic": 0, "insult": 0},
        {"comment": "c", "toxic": 1, "insult": 1},
    ]
    if name == "a.csv":
        write(name, "comment,toxic,insult\na,1,0\nb,0,false\nc,1.0,True\n")
        assert "Received: '1.0'" in read_problem(
            name, label_column=["toxic", "insult"], multi_label=True
        )
        write(name, "comment,toxic,insult\na,1,0\nb,0,false\nc,1,True\n")
    else:
        WRITERS[name](rows, name)
    options = {"label_column": ["toxic", "insult"], "multi_label": True}
    labels = [row.label for row in read_rows(name, **options)]
    assert labels == [["toxic"], [], ["toxic", "insult"]]
    with pytest.raises(ValueError, match="argument `multi_label`"):
        TextFiles(name, label_column=["toxic", "insult"])


def test_texts_of_several_columns(write):
    content = "subject,body,label\nHi,There,x\n,Alone,y\n,,z\n"
    files = TextFiles(
        write("a.csv", content), ["subject", "body"], skip_bad_rows="empty"
    )
    assert [row.text for row in files] == ["Hi\nThere", "Alone"]
    assert files.bad_rows == 1


@pytest.mark.parametrize("name", ["a.csv", "e.xlsx"])
def test_names_for_a_file_without_a_header(name, write):
    if name == "a.csv":
        write(name, "good,a fine film\nbad,dull\n")
    else:
        write_excel([{"good": "bad", "a fine film": "dull"}], name)
    rows = read_rows(name, columns=["label", "text"])
    assert [(row.text, row.label) for row in rows] == [
        ("a fine film", "good"),
        ("dull", "bad"),
    ]
    assert rows[0].where == f"{name}:1"


def test_quotes_that_are_characters_like_all_others(write):
    path = write("a.tsv", 'text\tlabel\n"So" she said\tx\n"Oh\ty\n')
    assert "`raw_quotes`" in read_problem(path)
    rows = read_rows(path, raw_quotes=True)
    assert [row.text for row in rows] == ['"So" she said', '"Oh']


def test_all_columns_are_kept(write):
    path = write("a.csv", "id,text,label,date\n7,fine,good,May\n")
    (row,) = read_rows(path, keep="all")
    assert row.cells == {
        "id": "7", "text": "fine", "label": "good", "date": "May"
    }  # fmt: skip
    assert "No column 'when'" in read_problem(path, keep=["when"])


def test_ten_bad_rows_are_named_at_once(write):
    path = write("a.jsonl", as_json({"text": "x"}) + "{\n" * 3)
    message = read_problem(path, need_labels=False)
    assert message.startswith("a.jsonl:2: ")
    assert message.endswith("; likewise a.jsonl:3, a.jsonl:4")
    path = write("b.jsonl", as_json({"text": "x"}) + "{\n" * 5_000)
    with pytest.raises(ValueError) as info:
        read_rows(path, need_labels=False)
    assert str(info.value).count("b.jsonl:") == 10
    assert str(info.value).endswith("; and more")


@pytest.mark.parametrize("name", ["a.parquet", "b.arrow", "e.xlsx", "f.json"])
def test_a_damaged_file(name, write):
    if name.endswith(".xlsx"):
        pytest.importorskip("openpyxl")
    write(name, "[no such thing")
    assert name in read_problem(name)


def test_a_large_parquet_file_is_read_a_batch_at_a_time(tmp_path):
    write_parquet(ROWS * 2_000, "a.parquet")
    rows = iter(TextFiles("a.parquet"))
    assert next(rows).text == "a fine film"
    assert sum(1 for _ in rows) == 5_999
