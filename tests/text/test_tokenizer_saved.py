"""Tokenizer.save and load: the file, missing, damaged, the same again."""

import pytest
import tokenizers
from tokenizer_texts import ODD_TEXTS

from han_attention.text.tokenizer import Tokenizer


@pytest.mark.parametrize("normalization", ["words", "keras"])
@pytest.mark.parametrize("start_token", [False, True])
def test_saved_and_loaded_it_is_the_same(tmp_path, normalization, start_token):
    tokenizer = Tokenizer.train(
        ODD_TEXTS, normalization=normalization, start_token=start_token
    )
    path = tmp_path / "new" / "tokenizer.json"
    tokenizer.save(path)
    loaded = Tokenizer.load(path)
    assert loaded.vocabulary == tokenizer.vocabulary
    assert loaded.encode_batch(ODD_TEXTS) == tokenizer.encode_batch(ODD_TEXTS)
    loaded.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_the_file_is_read_by_the_tokenizers_library(tmp_path):
    tokenizer = Tokenizer.train(ODD_TEXTS, start_token=True)
    tokenizer.save(tmp_path / "tokenizer.json")
    plain = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    text = "Don't stop 👍🏽 unknownword"
    assert plain.encode(text).ids == tokenizer.encode(text).ids
    assert plain.encode(text).offsets == tokenizer.encode(text).spans
    assert plain.encode(text).ids[-1] == 2


def test_training_twice_writes_the_same_file(tmp_path):
    for name in ("1.json", "2.json"):
        Tokenizer.train(ODD_TEXTS).save(tmp_path / name)
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    assert first.read_bytes() == second.read_bytes()


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.json"):
        Tokenizer.load(tmp_path / "nowhere.json")
    with pytest.raises(FileNotFoundError):
        Tokenizer.load(tmp_path)


def test_a_damaged_file_is_refused_by_name(tmp_path):
    path = tmp_path / "tokenizer.json"
    Tokenizer.train(ODD_TEXTS).save(path)
    whole = path.read_bytes()
    for damaged in (b"", b"{}", b"[1]", b"\xff\xfe", whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="tokenizer.json"):
            Tokenizer.load(path)
