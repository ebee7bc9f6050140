"""Explanations as one HTML page that needs nothing else."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from han_attention.explain.explanation import Explanation
from han_attention.files import replace_when_written

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.7 system-ui, sans-serif; max-width: 48rem;
  margin: 2rem auto; padding: 0 1rem; }}
article {{ border-top: 1px solid #8886; padding: .5rem 0 1rem; }}
h2 {{ font-size: 1rem; margin: .5rem 0; }}
article p {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
mark {{ color: inherit; border-radius: .2em;
  background: rgb(230 120 0 / var(--a)); }}
@media (prefers-color-scheme: dark) {{
  mark {{ background: rgb(190 90 0 / calc(var(--a) * .8)); }}
}}
.wrong {{ text-decoration: underline; text-decoration-style: wavy; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>The stronger the colour of a word, the larger its attention weight within
its text; the weight shows when the pointer rests on the word. What has no
colour was not seen, or weighs nothing.</p>
{articles}
</body>
</html>
"""


def to_html(
    explanations: Sequence[Explanation], title: str = "Attention"
) -> str:
    """Draw explanations as a page with the words shaded by their weight.

    Every piece of text is escaped, and the page may load and run nothing.

    Args:
        explanations: What to draw, in this order.
        title: The heading. Defaults to `"Attention"`.

    Returns:
        The HTML document.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("<b>", 0, 3, 1.0)]
    >>> page = to_html([Explanation("<b>", "good", {"good": 1.0}, words)])
    >>> "<b>" in page, "&lt;b&gt;" in page
    (False, True)
    """
    articles = "\n".join(_article(e) for e in explanations)
    return _PAGE.format(title=escape(title), articles=articles)


def save_html(
    path: str | Path,
    explanations: Sequence[Explanation],
    title: str = "Attention",
) -> None:
    """Write the page of `to_html` to a file."""
    page = to_html(explanations, title)
    with replace_when_written(path) as temporary:
        # A lone surrogate is no character: it is shown as "?".
        temporary.write_text(page, encoding="utf-8", errors="replace")


def _article(explanation: Explanation) -> str:
    heading = _names(explanation.prediction)
    if not isinstance(explanation.prediction, list):
        share = explanation.probabilities[explanation.prediction]
        heading += f" ({share:.1%})"
    if explanation.label is not None:
        right = explanation.label == explanation.prediction
        heading += (
            f' <span class="{"right" if right else "wrong"}">'
            f"{'right' if right else 'wrong'}</span>, labelled "
            f"{_names(explanation.label)}"
        )
    return (
        f"<article>\n<h2>{heading}</h2>\n"
        f'<p dir="auto">{_shaded_text(explanation)}</p>\n</article>'
    )


def _names(classes: Any) -> str:
    """One class, or several with commas between them."""
    if isinstance(classes, list):
        return escape(", ".join(map(str, classes)) or "no class")
    return escape(str(classes))


def _shaded_text(explanation: Explanation) -> str:
    text = explanation.text
    highest = max((w.weight for w in explanation.words), default=0.0) or 1.0
    parts, done = [], 0
    for word in explanation.words:
        parts.append(escape(text[done : word.start]))
        parts.append(
            f'<mark style="--a:{word.weight / highest:.3f}" '
            f'title="{word.weight:.4f}">'
            f"{escape(text[word.start : word.end])}</mark>"
        )
        done = word.end
    return "".join(parts) + escape(text[done:])
