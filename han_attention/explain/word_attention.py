"""The attention weight of one word in many texts, as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.validation import check_integer
from han_attention.validation import check_text


@dataclass(frozen=True, eq=False)
class WordAttention:
    """The attention weights of every occurrence of a word.

    Attributes:
        word: The word.
        weights: Its weight at each occurrence, (n,).
        groups: The group of each occurrence, say the rating of its text: a
            list if it is in several, None if not known.

    Example:
    >>> good = WordAttention("good", np.array([0.1, 0.7, 0.9]), [1, 5, 5])
    >>> good.histogram(bins=2)[0].round(2)
    array([0.33, 0.67])
    >>> {rating: part.weights for rating, part in good.by_group().items()}
    {1: array([0.1]), 5: array([0.7, 0.9])}
    """

    word: str
    weights: NDArray[np.float64]
    groups: Sequence[Any]

    def __post_init__(self) -> None:
        shape, number = np.shape(self.weights), len(self.groups)
        if shape != (number,) or not number:
            raise ValueError(
                "Invalid value for argument `groups`. Expected one group for "
                "each of at least one weight. Received: "
                f"len(groups)={number}, weights.shape={shape}"
            )

    def histogram(
        self, bins: int | Sequence[float] | NDArray[np.float64] = 20
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The fraction of the occurrences whose weight lies in each bin.

        `fractions[k]` is the number of weights w with `edges[k] <= w < edges[k
        + 1]`, of the last bin `<=`, divided by the number of all weights.

        Args:
            bins: The number of equal bins from 0 to 1, or their edges.
                Defaults to 20.

        Returns:
            The fractions (bins,) and the edges (bins + 1,).

        Raises:
            ValueError: if the edges do not increase.
        """
        edges = _edges(bins)
        weights = self.weights
        if np.ndim(bins) == 0:  # rounding can lead to a little more than 1
            weights = np.clip(weights, 0.0, 1.0)
        counts, _ = np.histogram(weights, edges)
        return counts / len(weights), edges

    def by_group(self) -> "dict[Any, WordAttention]":
        """The part of each group, the groups in order.

        Occurrences whose group is not known are in none; those with several
        groups are in each.
        """
        rows: dict[Any, list[int]] = {}
        for row, group in enumerate(self.groups):
            for name in group if isinstance(group, list) else [group]:
                if name is not None:
                    rows.setdefault(name, []).append(row)
        return {
            name: WordAttention(
                self.word, self.weights[rows[name]], [name] * len(rows[name])
            )
            for name in _in_order(rows)
        }


def attention_of_word(
    explanations: Sequence[Explanation],
    word: str,
    groups: Sequence[Any] | None = None,
) -> WordAttention:
    """Collect the attention weight of a word wherever it stands.

    This is what figures 3 and 4 of Yang et al. show of "good" and "bad": the
    weights in all reviews, and in the reviews of each rating. The weight is
    that among the words of the sentence; if the model knows no sentences, it
    is that in the whole text.

    Args:
        explanations: The explained texts.
        word: The word, in capitals or not: "Good" is counted as "good".
        groups: What to group by, one value for each explanation, such as its
            rating. Defaults to None: the `label` of each.

    Returns:
        A `WordAttention` with the occurrences in the order of the texts.

    Raises:
        ValueError: if the word stands in no text, or if there are not as many
            groups as explanations.

    Example:
    >>> words = [WordWeight("Good", 0, 4, 0.75), WordWeight("!", 4, 5, 0.25)]
    >>> text = Explanation("Good!", "pos", {"pos": 1.0}, words, label="pos")
    >>> good = attention_of_word([text], "good")
    >>> good.weights, good.groups
    (array([0.75]), ['pos'])

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/
    """
    wanted = check_text("word", word).casefold()
    if groups is None:
        groups = [explanation.label for explanation in explanations]
    elif len(groups) != len(explanations):
        raise ValueError(
            "Invalid value for argument `groups`. Expected one value for each "
            f"of {len(explanations)} explanations. Received: {len(groups)}"
        )
    found = [
        (weight_in_sentence(found), group)
        for explanation, group in zip(explanations, groups, strict=True)
        for found in explanation.words
        if found.text.casefold() == wanted
    ]
    if not found:
        raise ValueError(
            "Invalid value for argument `word`. Expected a word of the "
            f"{len(explanations)} explained texts. Received: word={word!r}"
        )
    weights = np.array([weight for weight, _ in found], "float64")
    return WordAttention(word, weights, [group for _, group in found])


def weight_in_sentence(word: WordWeight) -> float:
    """The weight among the words of the sentence, else of the whole text.

    Example:
    >>> weight_in_sentence(WordWeight("fine", 0, 4, 0.25))
    0.25
    """
    if word.weight_in_sentence is None:
        return word.weight
    return word.weight_in_sentence


def _edges(
    bins: int | Sequence[float] | NDArray[np.float64],
) -> NDArray[np.float64]:
    if np.ndim(bins) == 0:
        number = check_integer("bins", bins, 1)  # type: ignore[arg-type]
        return np.linspace(0.0, 1.0, number + 1)
    edges = np.asarray(bins, "float64")
    if edges.ndim != 1 or len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise ValueError(
            "Invalid value for argument `bins`. Expected an integer or edges "
            f"that increase. Received: bins={bins!r}"
        )
    return edges


def _in_order(names: dict[Any, Any]) -> list[Any]:
    """Sorted, or as they came if they cannot be compared."""
    try:
        return sorted(names)
    except TypeError:
        return list(names)
