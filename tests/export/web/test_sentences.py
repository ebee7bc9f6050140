"""Documents in JavaScript are the sentences and ids that Python gives."""

import random
import time

import numpy as np
import pytest
from sentence_texts import ODD_PARTS
from sentence_texts import marked_texts
from web_cases import SPECIAL
from web_cases import encode_in_node
from web_cases import list_texts
from web_cases import needs_node
from web_cases import to_units

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention.data.imdb import load_imdb
from han_attention.export.web.encoding import describe_encoder

pytestmark = needs_node

LIMITS = [
    {},
    {"max_sentences": 3, "max_sentence_tokens": 4, "truncation": "both"},
    {"max_sentences": 5, "truncation": "end"},
    {"max_sentence_tokens": 5, "long_sentences": "split"},
]


def check_documents(texts, folder, limits=LIMITS, **kind):
    """Compare ids, and the places of words and sentences."""
    tokenizer = Tokenizer.train(texts[::3], 3_000, **kind)
    made = [TextPreprocessor(tokenizer, "hierarchical", **x) for x in limits]
    found = encode_in_node([describe_encoder(x) for x in made], texts, folder)
    for preprocessor, of_texts in zip(made, found, strict=True):
        encoded = preprocessor.encode(texts, return_spans=True)
        for n, (text, rows) in enumerate(zip(texts, of_texts, strict=True)):
            document = encoded.take(np.array([n]))
            sentences = document.get_sentence_spans(0)
            received = [row["span"] for row in rows]
            assert received == to_units(text, sentences), ascii(text)
            ids = [i for row in rows for i in row["ids"]]
            assert ids == document.ids.tolist(), ascii(text)
            for row, spans in zip(rows, document.get_spans(0), strict=True):
                assert row["spans"] == to_units(text, spans), ascii(text)


def test_texts_of_every_kind(tmp_path):
    texts = [marked.text for marked in marked_texts()]
    texts += list_texts(10_000, [*SPECIAL, *ODD_PARTS * 4])
    assert len(texts) > 9_800
    check_documents(texts, tmp_path, start_token=True)


def test_rules_that_meet(tmp_path):
    """Words of the rules and marks alone, so that many rules apply."""
    rng = random.Random(1)
    parts = [*ODD_PARTS, *". . . ! ? Mr etc p.m. No 5 he He I B".split(), " "]
    texts = [
        "".join(rng.choice(parts) + rng.choice(["", " "]) for _ in range(30))
        for _ in range(3_000)
    ]
    check_documents(texts, tmp_path, LIMITS[:1])


@pytest.mark.slow
def test_real_reviews(tmp_path, shared_data):
    texts = load_imdb(shared_data("aclImdb_v1.tar.gz")).test.texts[::10]
    check_documents(texts, tmp_path, LIMITS[:2])


def test_long_texts_take_linear_time(tmp_path):
    parts = ["Ab. ", ".", " .", "\n", "<br />", "! :)", "a", " ", "Mr. ", "👍"]
    texts = [(part * 300_000)[:300_000] for part in parts]
    encoder = describe_encoder(
        TextPreprocessor(Tokenizer.train(["ab"]), "hierarchical")
    )
    start = time.monotonic()
    found = encode_in_node([encoder], texts, tmp_path)[0]
    assert time.monotonic() - start < 60
    assert len(found[0]) == 75_000
