"""What gets an id in some texts: words, or pieces where no space parts them."""

import re
from collections.abc import Iterable
from itertools import islice

# Scripts that are written without spaces between words: Thai, Lao, Burmese,
# Khmer, kana and Chinese characters. Korean has spaces.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LETTER = re.compile(r"[^\W\d_]")
TEXTS_TO_CHOOSE_BY = 1_000
_CHARACTERS = 1_000  # of each
_LEAST = 0.3  # of all letters: names and terms in other scripts are common


def choose_unit(texts: Iterable[str]) -> str:
    """`"subwords"` for a language without spaces between words, or `"words"`.

    The scripts of the letters tell: three in ten of Thai, Lao, Burmese, Khmer,
    Japanese or Chinese are enough.

    Args:
        texts: Strings, of which the first 1,000 are looked at.

    Example:
    >>> choose_unit(["A fine film."]), choose_unit(["หนังเรื่องนี้สนุกมาก"])
    ('words', 'subwords')
    """
    letters = unspaced = 0
    for text in islice(texts, TEXTS_TO_CHOOSE_BY):
        start = text[:_CHARACTERS]
        letters += len(_LETTER.findall(start))
        unspaced += len(_UNSPACED.findall(start))
    return "subwords" if unspaced > _LEAST * letters else "words"
