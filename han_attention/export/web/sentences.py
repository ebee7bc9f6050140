"""What finds sentences in JavaScript, made of the rules of Python."""

from functools import cache
from itertools import compress
from typing import Any

from han_attention.export.web.characters import list_steps
from han_attention.export.web.patterns import EVERYTHING
from han_attention.export.web.patterns import translate_pattern
from han_attention.text.sentences import describe_sentences

_CLASSES = {
    "space": str.isspace,
    "letter": str.isalpha,
    "digit": str.isdigit,
    "lower": str.islower,
    "upper": str.isupper,
    "title": str.istitle,
}


@cache
def describe_splitter() -> dict[str, Any]:
    """All that `SentenceSplitter` of the page takes.

    Returns:
        What `describe_sentences` says, the patterns as those of JavaScript,
        and `classes`: tables of characters.

    Example:
    >>> describe_splitter()["patterns"]["cjk"][1]
    'u'
    """
    described = describe_sentences()
    patterns = {
        name: translate_pattern(pattern)
        for name, pattern in described["patterns"].items()
    }
    words = {name: sorted(kind) for name, kind in described["words"].items()}
    classes = {
        name: list_steps(
            compress(range(len(EVERYTHING)), map(is_in, EVERYTHING))
        )
        for name, is_in in _CLASSES.items()
    }
    return described | {
        "patterns": patterns,
        "words": words,
        "classes": classes,
    }
