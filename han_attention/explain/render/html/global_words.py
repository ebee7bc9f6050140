"""The words that speak most for each class, as a part of the page."""

from html import escape
from typing import Any

from han_attention.explain.global_words import GlobalExplanation
from han_attention.explain.global_words import GlobalWord

_NO_WORD = '<tr><td colspan="4">no word: hardly predicted, or never</td></tr>'


def write_global_words(found: GlobalExplanation) -> str:
    """A section that can be opened, with a table for each class.

    Example:
    >>> word = GlobalWord("<b>", 2.5, 0.5, 5, "a <b> here")
    >>> part = write_global_words(GlobalExplanation({"x": [word]}, "m", 9))
    >>> "<b>" in part, "&lt;b&gt;" in part
    (False, True)
    """
    tables = "\n".join(
        _write_class(name, words) for name, words in found.words.items()
    )
    return (
        '<section aria-label="The words of all texts">\n'
        '<details id="words">\n'
        f"<summary>The words that speak most for each class, over "
        f"{found.num_texts:,} texts</summary>\n"
        f'<div class="classes">\n{tables}\n</div>\n</details>\n</section>\n'
    )


def _write_class(name: Any, words: list[GlobalWord]) -> str:
    rows = "\n".join(
        "<tr>"
        f'<th scope="row"><bdi>{escape(word.text)}</bdi></th>'
        f"<td>{word.total:.1f}</td><td>{word.num_texts:,}</td>"
        f'<td class="example"><bdi>{escape(word.example)}</bdi></td></tr>'
        for word in words
    )
    return (
        f"<table><caption><bdi>{escape(str(name))}</bdi></caption>\n"
        '<thead><tr><th scope="col">word</th><th scope="col">adds in all</th>'
        '<th scope="col">texts</th><th scope="col">example</th></tr></thead>\n'
        f"<tbody>\n{rows or _NO_WORD}\n</tbody></table>"
    )
