"""An explanation as Markdown, for TensorBoard and for notes."""

import re
from typing import Any

from han_attention.explain.explanation import Explanation
from han_attention.explain.view import View
from han_attention.explain.view import describe_no_answer
from han_attention.explain.view import make_view

_WORDS_LISTED = 5
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&~^$:])")


def to_markdown(
    explanation: Explanation,
    method: str | None = None,
    class_name: Any = None,
    max_words: int = 60,
) -> str:
    """Write the prediction, the text and its strongest words.

    The strongest words are bold, and listed with their scores below, and
    under them the phrases of a model with n-grams. Every
    character of the text that Markdown or HTML gives a meaning is escaped.

    Args:
        explanation: What to write.
        method: One of its `methods`. Defaults to None: the first, the
            attention of a model that has one.
        class_name: For which class. Defaults to None: the predicted one.
        max_words: Of a longer text so many words around the strongest are
            written. Defaults to 60.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("A", 0, 1, 0.1), WordWeight("fine", 2, 6, 0.9)]
    >>> text = Explanation("A fine day", "good", {"good": 0.75}, words)
    >>> print(to_markdown(text))
    **good** (75.0%)
    <BLANKLINE>
    **A** **fine** day
    <BLANKLINE>
    | word | attention |
    |---|---|
    | fine | 0.900 |
    | A | 0.100 |
    """
    view = make_view(explanation, method, class_name)
    strongest = view.rank_words()[:_WORDS_LISTED]
    rows = [
        f"| {escape(view.words[n].text)} | {view.words[n].score:.3f} |"
        for n in strongest
    ]
    rows += [
        f"| {escape(phrase.text)} | {phrase.score:.3f} |"
        for phrase in view.phrases[:_WORDS_LISTED]
    ]
    table = "\n".join([f"| word | {escape(view.title)} |", "|---|---|", *rows])
    lines = [
        _write_heading(explanation),
        _write_text(view, strongest, max_words) or "(no text)",
        table if rows else "(no words)",
    ]
    return "\n\n".join(lines)


def escape(text: str) -> str:
    """A text in one line in which Markdown and HTML see no marks.

    Example:
    >>> print(escape("<b>*a*"))
    \\<b\\>\\*a\\*
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _write_heading(explanation: Explanation) -> str:
    prediction = explanation.prediction
    several = isinstance(prediction, list)
    names = [
        f"**{escape(str(name))}** ({explanation.probabilities[name]:.1%})"
        for name in (prediction if several else [prediction])
        if name is not None
    ]
    heading = ", ".join(names) or "**no class**"
    if prediction is None:
        heading = f"**{escape(describe_no_answer(explanation))}**"
    if explanation.label is None:
        return heading
    if explanation.is_right:
        return f"{heading}, right"
    wrong = "" if explanation.is_right is None else "wrong: "
    return f"{heading}, {wrong}labelled {escape(str(explanation.label))}"


def _write_text(view: View, strongest: list[int], max_words: int) -> str:
    """The text, or what stands around its strongest word, these in bold."""
    words, text = view.words, view.text
    middle = strongest[0] if strongest else 0
    first = max(min(middle - max_words // 2, len(words) - max_words), 0)
    last = min(first + max_words, len(words))
    bold, parts = set(strongest), []
    done = words[first].start if first else 0
    for n in range(first, last):
        word = words[n]
        between = text[done : word.start]
        parts.append(re.sub(r"\S+", lambda m: escape(m[0]), between))
        shown = escape(word.text)
        parts.append(f"**{shown}**" if n in bold else shown)
        done = word.end
    end = text[done:] if last == len(words) else ""
    whole = "".join(parts) + re.sub(r"\S+", lambda m: escape(m[0]), end)
    start, rest = "… " if first else "", " …" if last < len(words) else ""
    return f"{start}{' '.join(whole.split())}{rest}"
