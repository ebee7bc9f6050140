"""The `tokenizer.json` of a model, read without trust.

The format of the `tokenizers` library holds far more than a `Tokenizer` ever
writes: padding and truncation, which change what a text becomes, patterns
that take exponential time, and normalizers that make a long text of each
character. Whatever `Tokenizer.save` does not write is refused.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tokenizers

from han_attention.json_text import read_json
from han_attention.text.vocabulary import SPECIAL_WORDS
from han_attention.text.vocabulary import UNKNOWN_ID
from han_attention.text.vocabulary import add_start_token
from han_attention.text.vocabulary import list_empty_backends

MAX_TOKENIZER_BYTES = 2**28  # 256 MiB: some ten million words


def read_backend(path: Path) -> tokenizers.Tokenizer:
    """Read a `tokenizer.json` that `Tokenizer.save` wrote.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no such file, and why.
    """
    try:
        content = read_json(path, MAX_TOKENIZER_BYTES)
        # Before the library sees it: an id of two thousand million would
        # cost it as many steps.
        _check_raw(content)
        backend = tokenizers.Tokenizer.from_str(json.dumps(content))
        described = json.loads(backend.to_str())
    except OSError:
        raise
    except Exception as error:  # the library raises no narrower type
        reason = " ".join(str(error).split())
        raise ValueError(f"Not a tokenizer file: {path} ({reason})") from None
    del described["model"]
    if described not in _list_known():
        raise ValueError(
            f"Not a tokenizer file: {path} (it splits texts as no `Tokenizer` "
            "does)"
        )
    return backend


def _check_raw(content: Mapping[str, Any]) -> None:
    """Raise unless each text gets ids, each word its own, and nothing else."""
    for name in ("padding", "truncation", "added_tokens"):
        if content.get(name):
            raise ValueError(f"{name} in it would change what texts become")
    model = content["model"]
    for name in ("dropout", "continuing_subword_prefix", "end_of_word_suffix"):
        if model.get(name):
            raise ValueError(f"{name} in it would change what texts become")
    ids = model["vocab"]
    if any(type(n) is not int for n in ids.values()):
        raise ValueError("an id is no integer")
    words = sorted(ids, key=ids.__getitem__)
    if [ids[word] for word in words] != list(range(len(ids))):
        raise ValueError("its ids are not 0, 1, 2 and so on, each once")
    if tuple(words[: len(SPECIAL_WORDS)]) != SPECIAL_WORDS:
        raise ValueError(f"the first words are not {SPECIAL_WORDS}")
    if model["unk_token"] != SPECIAL_WORDS[UNKNOWN_ID]:
        raise ValueError("texts with unknown words would lose them")


def _list_known() -> list[dict[str, Any]]:
    """All that `Tokenizer` writes around a model."""
    known = []
    for start_token in (False, True):
        for backend in list_empty_backends():
            if start_token:
                add_start_token(backend)
            content = json.loads(backend.to_str())
            del content["model"]
            known.append(content)
    return known
