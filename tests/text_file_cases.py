"""Files of texts for tests, and what reading them gives."""

import json

import pytest

from han_attention.data.text_files import TextFiles

EXAMPLES = [("a fine film", "good"), ("dull", "bad"), ("so-so", "bad")]
TEXTS = [text for text, _ in EXAMPLES]
LABELS = [label for _, label in EXAMPLES]


def as_lines(separator, header=("text", "label"), examples=EXAMPLES):
    return "".join(f"{a}{separator}{b}\n" for a, b in [header, *examples])


def as_json(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def read_rows(*args, **options):
    return list(TextFiles(*args, **options))


def read_problem(*args, **options):
    """The one line that reading raises."""
    with pytest.raises(ValueError) as info:
        read_rows(*args, **options)
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
