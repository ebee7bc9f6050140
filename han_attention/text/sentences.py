"""Sentences of a text as character spans, found by one pattern and rules."""

import re
from collections.abc import Iterator
from typing import Any

# Never the last word of a sentence.
_BEFORE_NAMES = frozenset(
    """adm approx bspw brig bzw capt cf cmdr cpl dr eq esp fr gen ggf gov hon
    hr lt maj messrs mlle mm mme mr mrs ms mt pres prof pvt resp rev sen sgt
    sogen sr sra srta supt usw vgl viz vs""".split()
)
_BEFORE_NUMBERS = frozenset(
    """abs apr art aug bd ch chap dec eq feb fig figs jan jul jun kap mar no
    nos nov nr oct op p pg pp s sec sep sept vol vols""".split()
)
# The last word if a capital follows, or one that is unlikely to be a name's.
_BEFORE_CAPITALS = frozenset("a.m etc hrs lbs min mins p.m".split())
_BEFORE_OPENINGS = frozenset(
    """apr assn aug bros co corp dec dept dist feb inc jan jr llc ltd nov oct
    rd sep sept st univ""".split()
)
_OPENINGS = frozenset(
    """a after all also although an and another as at because before both but
    by can did do does each even every few finally first for from had has have
    he her here his how however i if in is it its just last let many maybe most
    my never next no nobody none not nothing now of on once one only our
    perhaps please she since so some still such that the their then there these
    they this those though thus to too two unless until was we well were what
    when where which while who why with would yes yet you your
    aber das der die ein eine er es ich sie und wir elle elles et il ils je la
    le les mais nous on un une vous el ella ellos los las pero y yo""".split()
)
_LONGEST_ABBREVIATION = 12  # characters, as in "N.Y.P.D"; longer is a word
_LONGEST_WORD = 60  # characters looked back for a link
_FILE_ENDINGS = frozenset("com doc exe js net org pdf py txt zip".split())

# Every pattern reads a character a bounded number of times: linear time.
_GAP = re.compile(  # tags, a blank line: between paragraphs
    r"""</?(?:br|p)\s*/?> | \n[^\S\n]*\n | \r[^\S\r\n]*\r | [\f\u2029]""",
    re.IGNORECASE | re.VERBOSE,
)
_STOP = re.compile(  # where a sentence may end
    r"""
    (?: (?P<wide> [。！？｡．।॥۔؟]+ [.!?…]* ["'”’»)\]}」』）】》〉]* )
        (?P<clause> (?<=[」』”）]) (?:と(?!て)|っ) | [、，,] )?
      | (?P<marks> [.!?…‼⁇⁈⁉]+ (?:[ ]\.(?!\w))*+ )
        (?P<closing> ["'”’“‘»›)\]}」』）】*_]* (?:[ \u00a0\u202f]»(?!\w))? )
        (?P<smiley> (?: \s* (?: [\u2600-\u27bf\U0001f000-\U0001faff]
            | [\ufe0f\u200d] | [:;]-?[()DP](?!\w) ) )*+ )
        (?P<space> \s* ) ["'“‘«»„‚(\[{¿¡*_]* [ \u00a0\u202f]?
      | \n (?= [ \t]* (?: [-*+•·–] | \(?\d{1,2}[.)] ) [ \t]+ \S )
    )""",
    re.VERBOSE,
)
_ITEM = re.compile(r"\s{0,9}(?:[-*+•·–]|\(?\d{1,2}[.)])\s")
_WORD = re.compile(r"[^\W_]{1,30}")
_GLUED_WORD = re.compile(
    r"([A-ZÀ-ÖØ-ÞА-Я][a-zß-öø-ÿа-я]{0,30})(?:['’]\w{1,9})?"
    r"(?=[\s,;:!?…]|\.(?!\w)|\Z)"
)
_NUMBER = re.compile(r"\d{1,2}|[a-zA-Z]|[ivxIVX]{2,4}")
_INITIALS = re.compile(r"[^\W\d_]|[^\W\d_]{1,2}(?:\.[^\W\d_]{1,2})+")
_LINK = re.compile(r"[/\\@]|www\.")
_BRACKETS = "\"'“”‘’«»„‚()[]{}¿¡*_"
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ORDINAL = re.compile(  # German: "am 3. Mai", "der 2. Teil"
    r"\d\.\s(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September"
    r"|Oktober|November|Dezember)\b"
    r"|(?:[Dd](?:as|e[mnrs]|ie)|[Vv]om|[Zz]u[mr])\s\d\d?\.\s[A-ZÄÖÜ]"
)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a text.

    Rules for European languages, Chinese and Japanese. A sentence ends with a
    paragraph (a blank line, `<br />` or `<p>`), with a list item, or at a
    stop that belongs to no abbreviation, number, link or file name. One line
    break ends nothing. Marks and emoji without a word join a neighbour.

    Args:
        text: Any string.

    Returns:
        A `(start, end)` for each sentence, in order: characters of `text`,
        without white space around them. Every other character is in one of
        them, except those of the tags `<br />` and `<p>`.

    Raises:
        TypeError: if the text is not a string.

    Example:
    >>> split_sentences("Mr. Lee left.<br /><br />I stayed")
    [(0, 13), (25, 33)]
    """
    if not isinstance(text, str):
        raise TypeError(f"Expected a text. Received: {text!r}")
    spans = []
    for start, end in _paragraphs(text):
        for cut in _cuts(text, start, end):
            sentence = text[start:cut].rstrip()
            if sentence:
                last = start + len(sentence)
                spans.append((last - len(sentence.lstrip()), last))
            start = cut
    return spans


def describe_sentences() -> dict[str, Any]:
    """What another program needs to find the same sentences.

    Returns:
        The `patterns` of Python's `re`, the sets of `words`, the `brackets`
        around words, and the number of characters of the `longest` ones.

    Example:
    >>> sorted(describe_sentences()["longest"].items())
    [('abbreviation', 12), ('word', 60)]
    """
    return {
        "patterns": {
            "gap": _GAP,
            "stop": _STOP,
            "item": _ITEM,
            "word": _WORD,
            "glued_word": _GLUED_WORD,
            "number": _NUMBER,
            "initials": _INITIALS,
            "link": _LINK,
            "cjk": _CJK,
            "ordinal": _ORDINAL,
        },
        "words": {
            "before_names": _BEFORE_NAMES,
            "before_numbers": _BEFORE_NUMBERS,
            "before_capitals": _BEFORE_CAPITALS,
            "before_openings": _BEFORE_OPENINGS,
            "openings": _OPENINGS,
            "file_endings": _FILE_ENDINGS,
        },
        "brackets": _BRACKETS,
        "longest": {
            "abbreviation": _LONGEST_ABBREVIATION,
            "word": _LONGEST_WORD,
        },
    }


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _GAP.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Where the sentences of a paragraph end; there is a word in each."""
    word = _WORD.search(text, start, end)
    for stop in _STOP.finditer(text, start, end):
        if word is None:
            break
        cut = stop.end("smiley") if stop["marks"] else stop.end()
        if word.start() < cut and _is_end(text, start, stop, end):
            word = _WORD.search(text, cut, end)
            if word is not None:
                yield cut
                start = cut
    yield end


def _is_end(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the sentence that began at `start` ends at a `_STOP`."""
    marks, place = stop["marks"], stop.start()
    if stop["wide"]:
        return not stop["clause"]
    if not marks:  # a line break before "1. " or "- "
        return text[place - 1] in ".:;!?" or bool(_ITEM.match(text, start))
    if stop.end() == end:
        return True
    following = text[stop.end()]
    if not stop["space"]:
        return _is_glued_end(text, start, stop, end)
    if stop["closing"] and following.islower():
        return False
    if marks.strip(". …"):
        return True
    if marks != ".":
        return following.isalpha() and not following.islower()
    return _is_last(_word_before(text, start, place), text, start, stop)


def _word_before(text: str, start: int, place: int) -> str:
    """What stands before a mark, up to white space, without brackets."""
    words = text[max(start, place - _LONGEST_WORD) : place].split()
    return _CJK.split(words[-1])[-1].lstrip(_BRACKETS) if words else ""


def _is_last(word: str, text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a word with a full stop and a space can end a sentence."""
    if len(word) > _LONGEST_ABBREVIATION:
        return True
    place, after = stop.start(), stop.end()
    following = text[after]
    if _NUMBER.fullmatch(word):
        if text[max(start, place - 9) : place].strip() == word:
            return False  # the number of a list item
        if word.isdigit():
            return not _ORDINAL.search(text, max(start, place - 6), after + 10)
    name = word.lower()
    if name in _BEFORE_NAMES:
        return False
    if following.isdigit() and name in _BEFORE_NUMBERS:
        return False
    if name in _BEFORE_CAPITALS:
        return following.isupper()
    if len(word) == 1 and word.islower():
        return text[after + 1 : after + 2] != "."  # "e. e. cummings"
    if name in _BEFORE_OPENINGS or _INITIALS.fullmatch(word):
        if not following.isupper() or "." in word and word.islower():
            return False  # "e.g."
        opening = _WORD.match(text, after)
        return opening is not None and opening[0].lower() in _OPENINGS
    return True


def _is_glued_end(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether a sentence ends at marks with no space behind: "good.I'd"."""
    mark, place, after = stop["marks"][-1], stop.start(), stop.end()
    before = text[max(start, place - 2) : place]
    if _CJK.match(text, after):
        return mark in "!?" or bool(_CJK.match(before[-1:]))
    word = _GLUED_WORD.match(text, after, end)
    if not word or _LINK.search(_word_before(text, start, place)):
        return False
    if mark in "!?" or before[-1:] in _BRACKETS:
        return True
    name = word[1].lower()
    return before.isalpha() and before.islower() and name not in _FILE_ENDINGS
