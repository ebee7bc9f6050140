"""The texts of `text/sentences.txt`, and how well a splitter does on them."""

import json
import re
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).parent / "text" / "sentences.txt"
# What rules speak of, in no order.
ODD_PARTS = [
    *" \n\r\t\f\v.!?…。！？｡」』”’\"')（）()«»„‘-/@:;,*_>a1bZIé日と",
    *[
        "😀",
        "👍🏽",
        "👨\u200d👩\u200d👧",
        "❤️",
        "\U00010400",
        "ß",
        "ǅ",
        "e\u0301",
    ],
    *["\u200b", "\u200d", "\ufeff", "\x00", "\x1c", "\x85", "\u2028", "\u2029"],
    *["Mr.", "e.g.", "U.S.", "...", ". . .", "No. 5", "1. ", "- ", " :)"],
    *["<br />", "<BR>", "</p>", "<b>", "http://a.b/C.D", "\r\n", "\n\n", "No"],
    *["\ud800", "I'm", "Am 3. Mai"],
]


class MarkedText(NamedTuple):
    """A text and the spans of its sentences, as marked by hand."""

    name: str
    text: str
    spans: list


def marked_texts():
    """Every text of the file."""
    blocks = re.split("^## ", PATH.read_text(encoding="utf-8"), flags=re.M)
    return [_marked_text(block.splitlines()) for block in blocks[1:]]


def boundary_scores(split):
    """F1, precision and recall of the ends that are inside the texts.

    Args:
        split: Gives the `(start, end)` of each sentence of a text.
    """
    right = found = true = 0
    for _, text, spans in marked_texts():
        expected = {end for _, end in spans[:-1]}
        received = {end for _, end in split(text)} - {len(text)}
        right += len(expected & received)
        found += len(received)
        true += len(expected)
    return 2 * right / (found + true), right / found, right / true


def _marked_text(lines):
    name, _, quoted = lines[0].partition(": joined by ")
    usual = json.loads(quoted or '" "')
    text, spans, joint = "", [], ""
    for line in filter(None, lines[1:]):
        if line.startswith("-- "):
            joint = json.loads(line[3:])
            continue
        sentence = line.replace(r"\n", "\n")
        start = len(text) + len(joint)
        text += joint + sentence
        spans.append((start, len(text)))
        joint = usual
    return MarkedText(name, text, spans)
