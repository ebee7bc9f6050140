"""Which characters are letters, spaces or accents to the tokenizer.

Browsers differ in the version of Unicode that they know, and JavaScript's `\\w`
is another one anyway. So the page gets tables, made by asking the library that
tokenizes in Python about every character.
"""

from collections.abc import Iterable
from functools import cache

from tokenizers import Regex
from tokenizers import normalizers
from tokenizers import pre_tokenizers

# Planes 0 to 3, and 14; the others have no characters but private ones.
_BLOCKS = (range(0xD800), range(0xE000, 0x40000), range(0xE0000, 0xF0000))
_CLASSES = {"word": r"\w", "space": r"\s"}
# What decides where a character ends that a reader sees (UAX #29): each is
# found between two others, by whether it forms one with its neighbours.
_CLUSTER_CLASSES = {
    "joins": ("a", r"(?<=a)\Y[^\n]", ""),
    "prepends": ("", r"[^\n](?=\Ya)", "a"),
    "control": ("", r"\O(?=\y\x{0308})", "\u0308"),
    "picture": ("", r"\p{Extended_Pictographic}", ""),
}
_PICTURE, _JOINER = "\u263a", "\u200d"


@cache
def list_character_classes(clusters: bool) -> dict[str, list[int]]:
    """The characters of each class that matters to a tokenizer.

    Args:
        clusters: Whether what a reader sees as one character matters.

    Returns:
        For each class a list of steps: from the end of one run of characters
        to the next, how long that is, and so on.

    Example:
    >>> list_character_classes(False)["space"][:4]  # \\t to \\r, then " "
    [9, 5, 18, 1]
    """
    found = {name: _find("", pattern, "") for name, pattern in _CLASSES.items()}
    if clusters:
        found |= {
            name: _find(*probe) for name, probe in _CLUSTER_CLASSES.items()
        }
        # Between a picture and a joiner, only some keep the two together.
        extends = rf"(?<={_PICTURE})[^\n](?={_JOINER}\Y{_PICTURE})"
        after = _JOINER + _PICTURE
        found["extends"] = _find(_PICTURE, extends, after, found["joins"])
    return {name: list_steps(codes) for name, codes in found.items()}


@cache
def list_lower_case() -> dict[str, str]:
    """Each character that is another one in lower case, with that."""
    lower = normalizers.Lowercase().normalize_str
    everything = "".join(map(chr, _list_codes()))
    return {
        character: lower(character)
        for character in everything
        if character.lower() != character or lower(character) != character
    }


def _find(
    before: str, pattern: str, after: str, codes: Iterable[int] = ()
) -> list[int]:
    """The characters that a pattern matches between two others."""
    characters = [*map(chr, codes or _list_codes())]
    if before or after:
        parts = [f"{before}{c}{after}\n" for c in characters]
    else:
        parts = characters
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return sorted(
        {ord(piece) for piece, _ in split.pre_tokenize_str("".join(parts))}
    )


def _list_codes() -> list[int]:
    return [code for block in _BLOCKS for code in block]


def list_steps(codes: Iterable[int]) -> list[int]:
    """Where each run of numbers begins, from the end of the last, and ends."""
    steps: list[int] = []
    end = 0
    for code in codes:
        if steps and code == end:
            steps[-1] += 1
        else:
            steps += [code - end, 1]
        end = code + 1
    return steps
