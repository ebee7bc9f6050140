"""A `tokenizer.json` from strangers: whatever ours never holds is refused."""

import json

import pytest

from han_attention.text.tokenizer import Tokenizer

PADDING = {
    "strategy": "BatchLongest",
    "direction": "Right",
    "pad_to_multiple_of": None,
    "pad_id": 0,
    "pad_type_id": 0,
    "pad_token": "[PAD]",
}
TRUNCATION = {
    "direction": "Right",
    "max_length": 1,
    "strategy": "LongestFirst",
    "stride": 0,
}
ADDED = {
    "id": 77_777,
    "content": "fine",
    "single_word": False,
    "lstrip": False,
    "rstrip": False,
    "normalized": True,
    "special": False,
}
GROWING = {"type": "Replace", "pattern": {"String": "a"}, "content": "a " * 9}
SLOW = {
    "type": "Split",
    "pattern": {"Regex": "(a+)+$"},
    "behavior": "Removed",
    "invert": False,
}


def of_words(**entries):
    """What changes entries of the model."""
    return lambda content: content["model"].update(entries)


def with_id(word, word_id):
    return lambda content: content["model"]["vocab"].update({word: word_id})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda content: content.update(padding=PADDING), "padding"),
        (lambda content: content.update(truncation=TRUNCATION), "truncation"),
        (lambda content: content.update(added_tokens=[ADDED]), "added_tokens"),
        (lambda content: content.update(normalizer=GROWING), "splits texts"),
        (lambda content: content.update(normalizer=None), "splits texts"),
        (lambda content: content.update(pre_tokenizer=SLOW), "splits texts"),
        (lambda content: content.update(pre_tokenizer=None), "splits texts"),
        (lambda content: content.pop("model"), "model"),
        (of_words(unk_token="zzz"), "unknown words"),
        (of_words(vocab={}), "first words"),
        (lambda content: content["model"]["vocab"].pop("[UNK]"), "ids are"),
        (with_id("film", 5_000_000), "ids are"),
        (with_id("film", 2**31), "ids are"),
        (with_id("film", 3), "ids are"),
        (with_id("film", -1), "ids are"),
        (with_id("film", True), "no integer"),
        (with_id("film", 4.0), "no integer"),
    ],
)
@pytest.mark.parametrize("unit", ["words", "subwords"])
def test_what_none_of_ours_holds_is_refused_in_one_line(
    change, expected, unit, tmp_path
):
    path = tmp_path / "tokenizer.json"
    texts = ["a fine film", "a fine film"]
    Tokenizer.train(texts, unit=unit, start_token=True).save(path)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="Not a tokenizer file: ") as caught:
        Tokenizer.load(path)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_depth_is_no_crash(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text("[" * 100_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        Tokenizer.load(path)


def test_a_file_larger_than_the_limit_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "tokenizer.json"
    Tokenizer.train(["a fine film"]).save(path)
    limit = "han_attention.text.tokenizer_file.MAX_TOKENIZER_BYTES"
    monkeypatch.setattr(limit, 100)
    with pytest.raises(ValueError, match="larger than 100 bytes"):
        Tokenizer.load(path)


def test_another_program_s_tokenizer_cannot_start_with_another_id(tmp_path):
    path = tmp_path / "tokenizer.json"
    Tokenizer.train(["a fine film"], start_token=True).save(path)
    content = json.loads(path.read_text())
    special = content["post_processor"]["special_tokens"]["[START]"]
    special["ids"] = [99_999_999]
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="Not a tokenizer file"):
        Tokenizer.load(path)
