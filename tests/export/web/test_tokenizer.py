"""The tokenizer in JavaScript gives what that in Python gives."""

import json
import random
import shutil
import subprocess
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

import pytest
from tokenizer_texts import ODD_TEXTS

from han_attention import Tokenizer
from han_attention.data.demo import make_demo_reviews
from han_attention.export.web.characters import list_character_classes
from han_attention.export.web.tokenizer import describe_tokenizer

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node")

SENTENCES = Path(__file__).parents[2] / "text" / "sentences.txt"
# Letters and marks that rules speak of: apostrophes, accents, joiners, flags,
# parts of Korean syllables, Indian vowels, lone surrogates, control signs.
SPECIAL = (
    " \t\n\r'\u2019a_b1.A\u0130\u03a3\u03c2\u00df\u0308\u200c\u200d\u0301\u263a"
    "\U0001f44d\U0001f3fd\U0001f469\U0001f1e9\U0001f1ea\U0001f1eb\u1100\u1161"
    "\u11a8\uac01\uac00\u0600\u0903\u0e33\u094d\u0915\u0937\ud800\udc00\x00\x85"
    "\u2028\u180e\ufe0f\u0e3f"
)
BLOCKS = [
    (0, 0x250),
    (0x250, 0x3000),
    (0x900, 0xE00),
    (0x3000, 0xD800),
    (0xE000, 0x10000),
    (0x10000, 0x33000),
    (0x1F000, 0x1FB00),
    (0xE0000, 0xE0200),
]
KINDS = [
    {"start_token": True},
    {"normalization": "keras"},
    {"unit": "characters"},
    {"unit": "subwords", "start_token": True},
]


def make_hostile(rng):
    """A text of special characters, and others of every kind."""
    characters = []
    for _ in range(rng.choice([1, 3, 10, 40])):
        if rng.random() < 0.5:
            characters.append(rng.choice(SPECIAL))
        else:
            characters.append(chr(rng.randrange(*rng.choice(BLOCKS))))
    return "".join(characters)


def list_texts():
    """10,000 texts, some of them real."""
    reviews = make_demo_reviews(300, 300)
    real = [*reviews.train.texts, *reviews.test.texts, *ODD_TEXTS]
    real += SENTENCES.read_text(encoding="utf-8").splitlines()
    rng = random.Random(0)
    hostile = [make_hostile(rng) for _ in range(10_000 - len(real))]
    # Two halves of a character side by side are one to JavaScript.
    return [text for text in [*real, *hostile] if "\ud800\udc00" not in text]


def to_units(text, spans):
    """Where each span is in the units of strings of JavaScript."""
    places = [0, *accumulate(1 + (c > "\uffff") for c in text)]
    return [[places[start], places[end]] for start, end in spans]


def test_ids_and_spans_are_the_same(tmp_path):
    texts = list_texts()
    assert len(texts) > 9_900
    made = [Tokenizer.train(texts[::3], 3_000, **kind) for kind in KINDS]
    described = [describe_tokenizer(tokenizer) for tokenizer in made]
    content = json.dumps({"tokenizers": described, "texts": texts})
    (tmp_path / "in.json").write_text(content)
    parts = files("han_attention.export.web") / "parts"
    scripts = [parts / name for name in ("characters.js", "tokenizer.js")]
    script = Path(__file__).with_name("print_ids.mjs")
    process = subprocess.run(
        [NODE, script, tmp_path / "in.json", *scripts],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = process.stdout.splitlines()
    for tokenizer, line in zip(made, lines, strict=True):
        for text, found, expected in zip(
            texts, json.loads(line), tokenizer.encode_batch(texts), strict=True
        ):
            assert found["ids"] == expected.ids, ascii(text)
            assert found["spans"] == to_units(text, expected.spans), ascii(text)


def test_character_classes_are_runs_of_characters():
    steps = list_character_classes(False)["word"]
    end = sum(steps[: 2 * 3 + 1])
    assert chr(end) == "a"  # after the digits, the capitals and "_"
    assert steps[7] == 26
