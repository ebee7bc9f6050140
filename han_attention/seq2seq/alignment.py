"""An alignment drawn: what was read of the source for each written word."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.drawing.figure import make_figure
from han_attention.drawing.figure import measure_text
from han_attention.drawing.text import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

_CELL = 0.28  # inches, at the default size of the letters
_ROOM = 90.0  # points, of the longest word
_LETTERS = 9  # points
_LARGEST = 60.0  # inches, of either side


def plot_alignment(
    translation: Any,
    source_words: Sequence[str] | None = None,
    words: Sequence[str] | None = None,
) -> "Figure":
    """Draw how much of each source word was read for each written word.

    A row for each written word, a column for each source word, the darker the
    larger the weight: as figure 3 of Bahdanau et al. With several heads there
    is a picture for each, with one scale for all.

    Args:
        translation: A `Translation` with its `attention_scores`; or weights
            (T, S), or with several heads (H, T, S).
        source_words: The S words that were read. Defaults to None: those of
            the translation.
        words: The T words that were written. Defaults to None: those of the
            translation.

    Returns:
        The matplotlib `Figure`: `figure.savefig("alignment.png")` writes it.

    Raises:
        ImportError: if matplotlib is not installed.
        ValueError: if there are no weights or no words, or not as many of
            both.

    Example:
    >>> weights = np.array([[0.1, 0.9], [0.8, 0.2]])
    >>> figure = plot_alignment(weights, ["noir", "chat"], ["black", "cat"])
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['black', 'cat']

    Reference:
        Bahdanau et al., 2015, https://arxiv.org/abs/1409.0473
    """
    weights, source_words, words = get_alignment(
        translation, source_words, words
    )
    heads, rows, columns = weights.shape
    width = 1.6 + heads * (1.0 + _CELL * columns)
    figure = make_figure(
        min(width, _LARGEST), min(1.6 + _CELL * rows, _LARGEST)
    )
    figure.set_layout_engine("constrained")
    pictures = figure.subplots(1, heads, sharey=True, squeeze=False)[0]
    highest = float(weights.max()) or 1.0
    for number, (axes, own) in enumerate(zip(pictures, weights, strict=True)):
        image = _plot_weights(axes, own, highest)
        _name_columns(axes, source_words)
        if heads > 1:
            axes.set_xlabel(f"Head {number + 1}")
    _name_rows(pictures[0], words)
    figure.colorbar(image, ax=list(pictures), label="Weight", aspect=15)
    return figure


def get_alignment(
    translation: Any,
    source_words: Sequence[str] | None = None,
    words: Sequence[str] | None = None,
) -> tuple[NDArray[np.float64], list[str], list[str]]:
    """The weights (H, T, S), the S source words and the T written ones.

    The arguments and errors are those of `plot_alignment`.
    """
    weights = _get_weights(translation)
    if source_words is None:
        source_words = getattr(translation, "source_words", None)
    if words is None:
        words = getattr(translation, "words", None)
    return (
        weights,
        _check_words("source_words", source_words, weights.shape[2]),
        _check_words("words", words, weights.shape[1]),
    )


def _get_weights(translation: Any) -> NDArray[np.float64]:
    """The weights (H, T, S) of a translation, or given as such."""
    weights = getattr(translation, "attention_scores", translation)
    if weights is None:
        raise ValueError(
            "Invalid value for argument `translation`. Expected one with "
            "weights: ask for them with `return_attention_scores=True`. "
            "Received: attention_scores=None"
        )
    weights = np.asarray(weights, "float64")
    if weights.ndim not in (2, 3) or not weights.size:
        raise ValueError(
            "Invalid value for argument `translation`. Expected weights "
            "(T, S) or (H, T, S) of at least one written and one source word. "
            f"Received: weights of shape {weights.shape}"
        )
    return weights if weights.ndim == 3 else weights[None]


def _check_words(
    name: str, words: Sequence[str] | None, count: int
) -> list[str]:
    if words is None or isinstance(words, str) or len(words) != count:
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected {count} words, as "
            f"many as weights. Received: {name}={words!r}"
        )
    return list(words)


def _plot_weights(
    axes: "Axes", weights: NDArray[np.float64], highest: float
) -> "AxesImage":
    image = axes.imshow(
        weights,
        cmap="Blues",
        vmin=0.0,
        vmax=highest,
        aspect="auto",
        interpolation="nearest",
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    # White lines between the cells.
    rows, columns = weights.shape
    axes.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    return image


def _name_columns(axes: "Axes", words: list[str]) -> None:
    """Write the source words above, upright unless all are short."""
    axes.xaxis.tick_top()
    short = max(map(len, words)) <= 2
    axes.set_xticks(
        range(len(words)),
        _labels(words),
        rotation=0 if short else 90,
        size=_LETTERS,
        parse_math=False,
        usetex=False,
    )


def _name_rows(axes: "Axes", words: list[str]) -> None:
    axes.set_yticks(
        range(len(words)),
        _labels(words),
        size=_LETTERS,
        parse_math=False,
        usetex=False,
    )


def _labels(words: list[str]) -> list[str]:
    measure = partial(measure_text, size=_LETTERS)
    return [shorten(word, measure, _ROOM) for word in words]
