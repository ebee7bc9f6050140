"""Thousands of damaged files for each reader; see torture.py."""

import gzip
import json
import random
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from han_attention.data.text_files import TextFiles
from han_attention.export.exporter import export_model
from han_attention.inference.checksums import make_checksums
from han_attention.inference.keras import Predictor
from han_attention.inference.onnx import OnnxPredictor
from han_attention.models.flat import build_classifier
from han_attention.text.tokenizer import Tokenizer
from han_attention.text.vectors.word_vectors import load_word_vectors

TEXTS = ["a fine film, and a long one", "a dull film", "Fine!"]
SLOWEST = 5.0  # seconds: more is a failure
_ODD = [None, True, -1, 0, 2**31, 2**64, 1e308, "", "x", [], {}, [[]], [0] * 99]


def try_inputs(folder: Path, number: int, seed: int) -> None:
    """Damage files at random, read them, and count how it ends.

    A file is read, or refused by one line of an OSError or a ValueError, in
    less than 5 seconds. Anything else is a failure, and printed.
    """
    warnings.simplefilter("ignore")
    folder.mkdir()
    for name, (path, read, share) in make_readers(folder).items():
        content, chance = path.read_bytes(), random.Random(f"{seed} {name}")
        results: Counter[str] = Counter()
        for _ in range(max(number // share, 1)):
            path.write_bytes(damage(content, path.suffix, chance))
            results[judge(read, path)] += 1
        path.write_bytes(content)
        listed = ", ".join(f"{v:,} {k}" for k, v in results.most_common())
        print(f"{name}: {sum(results.values()):,} inputs: {listed}")


def judge(read: Callable[[Path], object], path: Path) -> str:
    """Read a file; what came of it."""
    start = time.monotonic()
    try:
        read(path)
        result = "read"
    except (ValueError, OSError) as error:
        result = "refused"
        if len(str(error).splitlines()) != 1:
            result = f"FAILED by {len(str(error).splitlines())} lines"
    except Exception as error:
        result = f"FAILED by {type(error).__name__}"
    if time.monotonic() - start > SLOWEST:
        result = "FAILED by time"
    if result.startswith("FAILED"):
        path.with_name(f"failed{path.suffix}").write_bytes(path.read_bytes())
    return result


def make_readers(folder: Path) -> dict[str, tuple[Path, Callable, int]]:
    """For each reader a good file, how it is read, and how rarely it is."""
    rows = [{"text": text, "label": "x"} for text in TEXTS] * 20
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    table = "text,label\n" + "".join(f'"{t}",x\n' for t in TEXTS * 20)
    numbers = "".join(f"w{n} {n} -0.5 1e-3\n" for n in range(40)) + "a 1 2 3\n"
    files = {
        "a.csv": table.encode(),
        "a.jsonl": lines.encode(),
        "a.txt": "\n".join(TEXTS * 20).encode(),
        "a.csv.gz": gzip.compress(table.encode()),
        "vectors.txt": numbers.encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    tokenizer = Tokenizer.train(TEXTS, start_token=True)
    tokenizer.save(folder / "words.json")
    model = build_classifier(len(tokenizer), rnn_units=2, embedding_dim=3)
    predictor = Predictor(model, tokenizer, ["bad", "good"])
    predictor.save(folder / "model")
    export_model(predictor, folder / "onnx")

    def read_rows(path: Path) -> None:
        files = TextFiles(path, need_labels=False, skip_bad_rows=True)
        for _ in files:
            pass

    def read_tokenizer(path: Path) -> None:
        loaded = Tokenizer.load(path)
        ids = loaded.encode_ids([*TEXTS, "xyzzy 中"])
        if not all(0 <= n < len(loaded) for row in ids for n in row):
            raise RuntimeError("an id out of range")

    def read_onnx(path: Path) -> None:
        OnnxPredictor.load(path.parent).predict_proba(TEXTS)

    def read_keras(path: Path) -> None:
        seal(path.parent)
        Predictor.load(path.parent)

    readers = {
        name: (folder / name, read_rows, 1)
        for name in files
        if name != "vectors.txt"
    }
    return readers | {
        "word vectors": (
            folder / "vectors.txt",
            lambda path: load_word_vectors(path, tokenizer),
            1,
        ),
        "tokenizer.json": (folder / "words.json", read_tokenizer, 1),
        "config.json": (folder / "onnx" / "config.json", read_onnx, 4),
        "model.onnx": (
            folder / "onnx" / "model.onnx",
            lambda path: (seal(path.parent), read_onnx(path)),
            4,
        ),
        "model.keras": (folder / "model" / "model.keras", read_keras, 100),
    }


def seal(folder: Path) -> None:
    """Note the checksums of the files as they are now."""
    config = folder / "config.json"
    content = json.loads(config.read_text())
    content["sha256"] = make_checksums(folder, without=[config])
    config.write_text(json.dumps(content))


def damage(content: bytes, suffix: str, chance: random.Random) -> bytes:
    """Change some bytes, cut, double, or put odd values into JSON."""
    kind = chance.random()
    if suffix == ".json" and kind < 0.6:
        value = json.loads(content)
        place, key = chance.choice([*list_places(value)])
        if chance.random() < 0.3:
            del place[key]
        else:
            place[key] = chance.choice(_ODD)
        return json.dumps(value).encode()
    changed = bytearray(content)
    if kind < 0.7:
        return bytes(changed[: chance.randrange(len(changed))])
    if kind < 0.8:
        start = chance.randrange(len(changed))
        return bytes(changed[start:] + changed)
    for _ in range(chance.choice([1, 1, 2, 9])):
        odd = chance.choice([0, 10, 34, 44, 255, chance.randrange(256)])
        changed[chance.randrange(len(changed))] = odd
    return bytes(changed)


def list_places(value: object):
    """Each container in a JSON value with each of its keys."""
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from list_places(value[key])
