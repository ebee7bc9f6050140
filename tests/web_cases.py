"""Texts for what runs in a browser, and the scripts of the page in Node."""

import json
import random
import shutil
import subprocess
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

import pytest
from tokenizer_texts import ODD_TEXTS

from han_attention.data.demo import make_demo_reviews

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs node")

_TESTS = Path(__file__).parent
_SCRIPTS = ("characters.js", "tokenizer.js", "sentences.js", "encoding.js")
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


def make_hostile(rng, special=SPECIAL):
    """A text of special parts, and characters of every kind."""
    parts = []
    for _ in range(rng.choice([1, 3, 10, 40])):
        if rng.random() < 0.5:
            parts.append(rng.choice(special))
        else:
            parts.append(chr(rng.randrange(*rng.choice(BLOCKS))))
    return "".join(parts)


def list_texts(number=10_000, special=SPECIAL):
    """So many texts, some of them real."""
    reviews = make_demo_reviews(300, 300)
    real = [*reviews.train.texts, *reviews.test.texts, *ODD_TEXTS]
    marked = _TESTS / "text" / "sentences.txt"
    real += marked.read_text(encoding="utf-8").splitlines()
    rng = random.Random(0)
    hostile = [make_hostile(rng, special) for _ in range(number - len(real))]
    # Two halves of a character side by side are one to JavaScript.
    return [text for text in [*real, *hostile] if "\ud800\udc00" not in text]


def encode_in_node(encoders, texts, folder):
    """The rows of each text by each encoder, as `encoding.js` has them."""
    path = folder / "in.json"
    path.write_text(json.dumps({"encoders": encoders, "texts": texts}))
    parts = files("han_attention.export.web") / "parts"
    process = subprocess.run(
        [
            NODE,
            _TESTS / "export" / "web" / "print_rows.mjs",
            path,
            *(parts / name for name in _SCRIPTS),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in process.stdout.splitlines()]


def to_units(text, spans):
    """Where each span is in the units of strings of JavaScript."""
    places = [0, *accumulate(1 + (c > "\uffff") for c in text)]
    return [[places[start], places[end]] for start, end in spans]
