"""Own texts in every encoding, undecodable and damaged."""

import gzip

import numpy as np
import pytest
from text_file_cases import CONTENTS
from text_file_cases import LABELS
from text_file_cases import TEXTS
from text_file_cases import read_problem
from text_file_cases import read_rows

from han_attention.data.load import load_csv
from han_attention.data.text_files import TextFiles

pytestmark = pytest.mark.usefixtures("empty_folder")


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
    (row,) = read_rows(path, encoding=named, need_labels=need_labels)
    assert row.text in ("café “x”", "café »x«")
    assert row.label == ("y" if need_labels else None)


def test_undecodable_bytes_are_a_bad_row(write):
    lines = ["text,label", *(f"text {n},x" for n in range(5_000))]
    lines[4_000] = "caf\udce9,x"
    content = "\n".join(lines).encode(errors="surrogateescape")
    path = write("a.csv", content)
    message = read_problem(path)
    assert message.startswith("a.csv:4001: Bytes that are not utf-8 text.")
    assert "`encoding`" in message and "cp1252" in message
    files = TextFiles(path, skip_bad_rows=True)
    assert len(list(files)) == 4_999
    assert files.bad_rows == 1
    assert read_rows(path, encoding="cp1252")[3_999].text == "café"


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
    message = read_problem(read, **options)
    assert message.startswith(f"{path}{where}: Bytes that are not utf-8")


def test_half_a_pair_in_utf_16(write):
    content = "a,b\nc".encode("utf-16-le") + b"\x00\xd8"
    content += "\ud83d\ude00x\ny,z\n".encode("utf-16-le", "surrogatepass")
    path = write("a.txt", b"\xff\xfe" + content)
    files = TextFiles(path, need_labels=False, skip_bad_rows=True)
    assert [row.text for row in files] == ["a,b", "y,z"]
    assert "a.txt:2: Bytes" in read_problem(path, need_labels=False)


def test_utf_16_without_a_mark(write):
    path = write("a.csv", CONTENTS["a.csv"], "utf-16-le")
    assert read_problem(path).startswith("a.csv:1: Bytes that are not utf-8")
    assert load_csv(path, encoding="utf-16-le") == (TEXTS, LABELS)


def test_an_encoding_that_the_whole_file_is_not_in(write):
    path = write("a.csv", CONTENTS["a.csv"])
    message = read_problem(path, encoding="utf-16")
    assert message.startswith("Cannot read a.csv as utf-16: ")


@pytest.mark.parametrize("encoding", ["nonsense", "", "base64", "a\0", 3])
def test_a_wrong_encoding(write, encoding):
    path = write("a.csv", CONTENTS["a.csv"])
    with pytest.raises(ValueError, match="argument `encoding`"):
        TextFiles(path, encoding=encoding)


# --- damaged files ---


@pytest.mark.parametrize("fraction", [0.01, 0.3, 0.9, 0.999])
def test_truncated_gzip(tmp_path, fraction):
    text = np.random.default_rng(0).bytes(50_000).hex()
    content = gzip.compress(f"text,label\n{text},x\n".encode())
    (tmp_path / "a.csv.gz").write_bytes(content[: int(len(content) * fraction)])
    for skip_bad_rows in (False, True):
        message = read_problem("a.csv.gz", skip_bad_rows=skip_bad_rows)
        assert message.startswith("Damaged or truncated gzip file: a.csv.gz")


@pytest.mark.parametrize("place", [0, 3, 100, 5_000, -8, -1])
def test_damaged_gzip(tmp_path, place):
    text = np.random.default_rng(0).bytes(50_000).hex()
    content = bytearray(gzip.compress(f"text,label\n{text},x\n".encode()))
    content[place] ^= 0xFF
    (tmp_path / "a.csv.gz").write_bytes(content)
    with pytest.raises(ValueError, match="a.csv.gz"):
        read_rows("a.csv.gz")


def test_a_file_that_is_not_gzip(tmp_path):
    (tmp_path / "a.csv.gz").write_text(CONTENTS["a.csv"])
    assert "Damaged or truncated gzip file: a.csv.gz" in read_problem(
        "a.csv.gz"
    )


def test_a_damaged_text_in_a_label_folder(write, tmp_path):
    write("films/good/1.txt.gz", "fine")
    path = tmp_path / "films/good/1.txt.gz"
    path.write_bytes(path.read_bytes()[:-1])
    message = read_problem("films", skip_bad_rows=True)
    assert "truncated gzip file: films/good/1.txt.gz" in message
