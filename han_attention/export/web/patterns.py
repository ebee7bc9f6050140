"""Patterns of Python's `re` as JavaScript writes them, and they match the same.

JavaScript knows another version of Unicode, and its `\\s` is another set. So
every set of characters is written out, as found by asking Python.
"""

import re
import sys
from functools import cache

EVERYTHING = "".join(map(chr, range(sys.maxunicode + 1)))
_TOKEN = re.compile(
    r"""
    (?P<set> \[\^?\]?(?:\\.|[^\]\\])*\] | \\[dDsSwW] | \. )
      | (?P<open> \( (?: \?P(?=<) | \?(?=[:=!<]) )? )
      | (?P<close> \) ) (?P<possessive> [*+?]\+ )?
      | (?P<end> \\Z )
      | (?P<boundary> \\b )
      | (?P<space> \s )
      | (?P<plain> \\. | [^\\] )
    """,
    re.VERBOSE | re.DOTALL,
)


def translate_pattern(pattern: re.Pattern[str]) -> tuple[str, str]:
    """Write a pattern for `RegExp`.

    Known are groups, sets, `\\b`, `\\Z`, and what both languages write alike;
    of what must not be given back (`*+`) groups alone.

    Args:
        pattern: Of Python, maybe with `re.VERBOSE` and `re.IGNORECASE`.

    Returns:
        The source and the flags.

    Example:
    >>> translate_pattern(re.compile(r"(?P<year>[0-9]{4}) (?!a+)"))
    ('(?<year>[\\\\u{30}-\\\\u{39}]{4}) (?!a+)', 'u')
    """
    verbose = pattern.flags & re.VERBOSE
    parts: list[str] = []
    groups: list[int] = []  # where each open one begins
    for token in _TOKEN.finditer(pattern.pattern):
        kind, text = token.lastgroup, token[0]
        if token["set"]:
            text = _write_set(text, pattern.flags)
        elif token["open"]:
            groups.append(len(parts))
            text = text.replace("?P", "?")
        elif token["close"]:
            start = groups.pop()
            text = ")"
            if token["possessive"]:
                # What is looked at ahead is never given back.
                group = "".join(parts[start:]) + ")" + token["possessive"][0]
                name = f"once{len(parts)}"
                parts[start:] = [f"(?=(?<{name}>{group}))\\k<{name}>"]
                continue
        elif kind == "end":
            text = "$"
        elif kind == "boundary":
            word = _write_set(r"\w", pattern.flags)
            text = f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
        elif kind == "space" and verbose:
            continue
        parts.append(text)
    ignores_case = pattern.flags & re.IGNORECASE
    return "".join(parts), "iu" if ignores_case else "u"


@cache
def _write_set(text: str, flags: int) -> str:
    """A set of characters as its runs of code points."""
    inside = flags & (re.IGNORECASE | re.DOTALL)
    runs = re.finditer(f"(?:{text})+", EVERYTHING, inside)
    return "[" + "".join(_write_run(*run.span()) for run in runs) + "]"


def _write_run(start: int, end: int) -> str:
    first, last = rf"\u{{{start:x}}}", rf"\u{{{end - 1:x}}}"
    return first if start == end - 1 else f"{first}-{last}"
