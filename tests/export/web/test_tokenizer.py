"""The tokenizer in JavaScript gives what that in Python gives."""

from web_cases import encode_in_node
from web_cases import list_texts
from web_cases import needs_node
from web_cases import to_units

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention.export.web.characters import list_character_classes
from han_attention.export.web.encoding import describe_encoder

KINDS = [
    {"start_token": True},
    {"normalization": "keras"},
    {"unit": "characters"},
    {"unit": "subwords", "start_token": True},
]


@needs_node
def test_ids_and_spans_are_the_same(tmp_path):
    texts = list_texts()
    assert len(texts) > 9_900
    made = [Tokenizer.train(texts[::3], 3_000, **kind) for kind in KINDS]
    described = [describe_encoder(TextPreprocessor(each)) for each in made]
    for tokenizer, rows in zip(
        made, encode_in_node(described, texts, tmp_path), strict=True
    ):
        for text, (found,), expected in zip(
            texts, rows, tokenizer.encode_batch(texts), strict=True
        ):
            assert found["ids"] == expected.ids, ascii(text)
            assert found["spans"] == to_units(text, expected.spans), ascii(text)


def test_character_classes_are_runs_of_characters():
    steps = list_character_classes(False)["word"]
    end = sum(steps[: 2 * 3 + 1])
    assert chr(end) == "a"  # after the digits, the capitals and "_"
    assert steps[7] == 26
