"""Ten thousand files a reader: read, or refused by one line."""

import gzip
import json

import pytest

from han_attention import TextFiles
from han_attention import Tokenizer
from han_attention.inference.saved_model import open_saved_model
from han_attention.text.vectors.word_vectors import load_word_vectors

pytest.importorskip("hypothesis", reason="Hypothesis is not installed")

from hypothesis import HealthCheck  # noqa: E402
from hypothesis import given  # noqa: E402
from hypothesis import settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

pytestmark = pytest.mark.slow

INPUTS = 10_000
TEXTS = ["a fine film, and a long one", "a dull film", "Fine!"]
ODD = ["", '"', '""', "a", "x,y", "\n", "\r\n", "\t", "\0", "\ufeff", " ", "é"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def damaged(content):
    """Some bytes of a good file replaced, taken out or put in."""
    edit = st.tuples(
        st.integers(0, len(content)), st.integers(0, 9), st.binary(max_size=9)
    )

    def change(edits):
        changed = content
        for start, length, new in edits:
            changed = changed[:start] + new + changed[start + length :]
        return changed

    return st.lists(edit, min_size=1, max_size=5).map(change)


def replaced(value):
    """A good JSON value in which one value, however deep, is another."""

    def put(choice):
        numbers, new = choice
        copy = json.loads(json.dumps(value))
        place = copy
        for number in numbers:
            keys = list(place if isinstance(place, dict) else range(len(place)))
            if not keys:
                break
            key = keys[number % len(keys)]
            if not isinstance(place[key], (dict, list)):
                break
            place, last = place[key], (place, key)
        else:
            last[0][last[1]] = new
            return json.dumps(copy).encode()
        if keys:
            place[key] = new
        return json.dumps(copy).encode()

    numbers = st.lists(st.integers(0, 99), min_size=1, max_size=4)
    return st.tuples(numbers, JSON).map(put)


TABLE = ("text,label\n" + "".join(f'"{t}",x\n' for t in TEXTS)).encode()
LINES = b"".join(
    json.dumps({"text": t, "label": "x"}).encode() + b"\n" for t in TEXTS
)
VECTORS = b"".join(b"w%d %d -0.5 1e-3\n" % (n, n) for n in range(9))
CELLS = st.lists(st.sampled_from(ODD), max_size=12).map(
    lambda cells: ("text,label\n" + ",".join(cells)).encode()
)
ROWS = st.lists(JSON, max_size=4).map(
    lambda rows: "\n".join(map(json.dumps, rows)).encode()
)


def read_rows(path):
    for _ in TextFiles(path, need_labels=False, skip_bad_rows=True):
        pass


def read_vectors(path):
    tokenizer = Tokenizer.train(["w1 w2 fine"], start_token=True)
    load_word_vectors(path, tokenizer)


READERS = {
    "a.csv": (read_rows, damaged(TABLE) | CELLS | st.binary(max_size=99)),
    "a.tsv": (read_rows, damaged(TABLE.replace(b",", b"\t"))),
    "a.jsonl": (read_rows, damaged(LINES) | ROWS),
    "a.json": (read_rows, JSON.map(lambda v: json.dumps(v).encode())),
    "a.txt": (read_rows, st.binary(max_size=99)),
    "a.csv.gz": (read_rows, damaged(gzip.compress(TABLE, mtime=0))),
    "vectors.txt": (read_vectors, damaged(VECTORS) | st.binary(max_size=99)),
}


def check(read, path, content):
    """Raise unless a file is read, or refused by one line."""
    path.write_bytes(content)
    try:
        read(path)
    except (ValueError, OSError) as error:
        assert len(str(error).splitlines()) == 1, str(error)


def many(strategy):
    """A test of as many inputs, always the same."""
    without = [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ]
    how = settings(
        max_examples=INPUTS,
        deadline=30_000,  # ms, on a busy machine
        database=None,
        derandomize=True,
        suppress_health_check=without,
    )
    return lambda test: how(given(strategy)(test))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.filterwarnings("ignore")
def test_files_of_rows_and_vectors(name, tmp_path):
    read, strategy = READERS[name]

    @many(strategy)
    def run(content):
        check(read, tmp_path / name, content)

    run()


@pytest.mark.filterwarnings("ignore")
def test_tokenizers(tmp_path):
    path = tmp_path / "tokenizer.json"
    Tokenizer.train(TEXTS, start_token=True).save(path)
    content = path.read_bytes()

    def read(path):
        loaded = Tokenizer.load(path)
        ids = loaded.encode_ids([*TEXTS, "xyzzy 中"])
        assert all(0 <= n < len(loaded) for row in ids for n in row)

    @many(replaced(json.loads(content)) | damaged(content))
    def run(content):
        check(read, path, content)

    run()


@pytest.mark.filterwarnings("ignore")
def test_configurations(onnx_folder):
    path = onnx_folder / "config.json"
    content = path.read_bytes()

    @many(replaced(json.loads(content)) | damaged(content))
    def run(content):
        check(
            lambda _: open_saved_model(onnx_folder, "model.onnx"), path, content
        )

    run()
    path.write_bytes(content)


@pytest.fixture
def onnx_folder(tmp_path):
    pytest.importorskip("onnx")
    from predictor_cases import make_flat

    from han_attention.export.exporter import export_model

    export_model(make_flat(), tmp_path / "onnx")
    return tmp_path / "onnx"
