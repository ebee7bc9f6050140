"""Sentences: texts marked by hand, odd strings, long strings."""

import random
import re
import subprocess
import sys
import time

import pytest
from sentence_texts import ODD_PARTS
from sentence_texts import boundary_scores
from sentence_texts import marked_texts

from han_attention.text.sentences import split_sentences
from han_attention.text.tokenizer import Tokenizer

TEXTS = marked_texts()
LEAST_F1 = 0.978  # 0.989 measured
# Only a reader who knows the shows can tell; a full stop inside a quotation.
MISSED = {"names with marks", "mixed languages"}

TAG = re.compile(r"</?(br|p)\s*/?>", re.IGNORECASE)


def sentences(text):
    return [text[start:end] for start, end in split_sentences(text)]


def cpu_seconds(text):
    before = time.process_time()
    split_sentences(text)
    return time.process_time() - before


def test_the_marked_texts_are_enough():
    assert len(TEXTS) >= 40
    assert sum(len(text.spans) for text in TEXTS) >= 200
    for _, text, spans in TEXTS:
        assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)


def test_f1_of_boundaries():
    assert boundary_scores(split_sentences)[0] >= LEAST_F1


@pytest.mark.parametrize(
    "marked", [t for t in TEXTS if t.name not in MISSED], ids=lambda t: t.name
)
def test_marked_text(marked):
    expected = [marked.text[start:end] for start, end in marked.spans]
    assert sentences(marked.text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n", " \t\r\n\x0b\x0c\u2029\x1c"])
def test_nothing(text):
    assert split_sentences(text) == []


@pytest.mark.parametrize("text", ["<br />", "<br /><br/> <BR>", " <p>\n</p>"])
def test_only_tags(text):
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    "text", ["a", ".", "...", "?!", "word", "😀", "\u200b"]
)
def test_one_sentence(text):
    assert split_sentences(text) == [(0, len(text))]
    assert split_sentences(f"  {text}\n") == [(2, 2 + len(text))]


def test_tags_are_in_no_sentence():
    assert split_sentences("Good.<br /><br />Bad") == [(0, 5), (17, 20)]
    assert sentences("<p>One</p> <p>Two. Three</p>") == ["One", "Two.", "Three"]
    assert sentences("one <b>two</b> <broken> 1<p") == [
        "one <b>two</b> <broken> 1<p"
    ]


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n\n", "\r\r", "\f"])
def test_blank_lines_of_every_kind(gap):
    assert sentences(f"one{gap}two") == ["one", "two"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\v", "\u2028"])
def test_one_line_break_ends_nothing(line_break):
    assert len(sentences(f"the end of{line_break}the world")) == 1


def test_spans_count_characters():
    text = "😀😀 Good. \U00010400\U00010401! 👨\u200d👩\u200d👧 Bad."
    assert split_sentences(text) == [(0, 8), (9, 18), (19, 23)]


def test_lone_surrogates_are_characters():
    assert split_sentences("a\ud800. B\udfff.") == [(0, 3), (4, 7)]


def test_a_sentence_has_a_word():
    assert sentences("Great! :) *** Bad. --- !!") == [
        "Great! :)",
        "*** Bad. --- !!",
    ]
    assert sentences("Fine.\n\n* * *\n\nDull.") == ["Fine.", "* * *", "Dull."]


@pytest.mark.parametrize(
    "parts",
    [
        ["See p. 5.", "Mail me, or ask No. 3."],
        ["He is 12.", "May I go?"],
        ["Am 3. Mai ging er.", "Er war 5.", "Maike kam am 12. Dezember."],
        ["「はい。」と言う。", "「はい。」", "とても面白い。"],
        ["It was...", "I left...but why?"],
    ],
)
def test_what_was_wrong_once_or_is_nearly_alike(parts):
    gap = "" if "。" in parts[0] else " "
    assert sentences(gap.join(parts)) == parts


@pytest.mark.parametrize("text", [b"bytes", None, 3])
def test_not_a_text(text):
    with pytest.raises(TypeError, match="Expected a text"):
        split_sentences(text)


def test_invariants_on_random_texts():
    generator = random.Random(0)
    for _ in range(10_000):
        parts = generator.choices(ODD_PARTS, k=generator.randrange(40))
        text = "".join(parts)
        last, outside = 0, ""
        for start, end in split_sentences(text):
            assert last <= start < end <= len(text), ascii(text)
            assert text[start:end] == text[start:end].strip(), ascii(text)
            outside += text[last:start]
            last = end
        outside += text[last:]
        assert not TAG.sub("", outside).strip(), ascii(text)


def test_no_word_of_the_tokenizer_is_cut():
    texts = [text.text for text in TEXTS]
    tokenizer = Tokenizer.train(texts)
    for text in texts:
        parts = sentences(text)
        words = [id for part in parts for id in tokenizer.encode(part).ids]
        assert words == tokenizer.encode(TAG.sub(" ", text)).ids


def test_ten_megabytes_without_a_stop():
    text = "word " * 2_000_000
    assert split_sentences(text) == [(0, len(text) - 1)]
    assert cpu_seconds(text) < 8


# What made one library or another quadratic, and what could make us.
@pytest.mark.parametrize(
    "unit",
    [
        *["a", " ", "\n", "\r", ".", ". ", "! :) ", "!😀", "<br ", "<br />"],
        *["A. ", "1. ", "“Ab. ", "(Ab. ", "好。", "x.Ab ", "a\n- b", " \n- a"],
    ],
)
def test_linear_time(unit):
    assert cpu_seconds(unit * (10**6 // len(unit))) < 15


def test_imports_nothing_heavy():
    code = (
        "import sys, han_attention.text.sentences; "
        "print({'keras', 'numpy', 'tokenizers'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    received = subprocess.run(
        command, capture_output=True, text=True, check=True
    )
    assert received.stdout.strip() == "set()"
