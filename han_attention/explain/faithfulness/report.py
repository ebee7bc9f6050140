"""What `measure_faithfulness` found: as numbers, a table and a sentence."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MethodFaithfulness:
    """How faithful the explanations of one method are.

    Attributes:
        name: Of the method.
        is_control: Whether it is a control, which explains nothing.
        drops: By how much the probability of the predicted class falls
            without the best words, for each fraction.
        losses: By how much it falls with nothing but these, for each.
        tau: Kendall's tau with leaving out each word, or None.
        seconds: Of one text, the prediction included; None if not known.
    """

    name: str
    is_control: bool
    drops: Sequence[float]
    losses: Sequence[float]
    tau: float | None = None
    seconds: float | None = None

    @property
    def comprehensiveness(self) -> float:
        """The mean of `drops`: high is good."""
        return sum(self.drops) / len(self.drops)

    @property
    def sufficiency(self) -> float:
        """The mean of `losses`: low is good, and it can be negative."""
        return sum(self.losses) / len(self.losses)


@dataclass(frozen=True)
class Faithfulness:
    """How faithful several methods are, on the same texts.

    Attributes:
        fractions: Which fractions of the words of a text were left out.
        methods: The methods, and after them the controls.
        num_texts: How many texts had words.
        accuracy: Of the model on them, or None without labels.
        same_with_uniform_attention: The fraction of the texts for which the
            model predicts the same with all words, and all sentences, weighed
            alike; None if it has no attention.
        change_with_uniform_attention: How much the probability of the
            predicted class then changes on average; None likewise.

    Example:
    >>> attention = MethodFaithfulness("attention", False, [0.1, 0.3], [0.2, 0])
    >>> report = Faithfulness([0.1, 0.5], [attention], num_texts=40)
    >>> report["attention"].comprehensiveness, report["attention"].sufficiency
    (0.2, 0.1)
    """

    fractions: Sequence[float]
    methods: Sequence[MethodFaithfulness]
    num_texts: int
    accuracy: float | None = None
    same_with_uniform_attention: float | None = None
    change_with_uniform_attention: float | None = None

    def __getitem__(self, name: str) -> MethodFaithfulness:
        """The method of a name."""
        for method in self.methods:
            if method.name == name:
                return method
        known = [method.name for method in self.methods]
        raise KeyError(f"Expected one of {known}. Received: {name!r}")

    @property
    def best(self) -> MethodFaithfulness:
        """The method of the highest comprehensiveness, no control."""
        methods = [m for m in self.methods if not m.is_control]
        return max(methods, key=lambda method: method.comprehensiveness)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain dictionaries and lists."""
        return dataclasses.asdict(self)

    def table(self) -> str:
        """A row for each method and control, in Markdown."""
        lines = [
            "| method | comprehensiveness | sufficiency | Kendall's tau "
            "| ms a text |",
            "|---|---|---|---|---|",
        ]
        for method in self.methods:
            tau = "" if method.tau is None else f"{method.tau:.2f}"
            time = (
                "" if method.seconds is None else f"{method.seconds * 1e3:.3g}"
            )
            name = f"*{method.name}*" if method.is_control else method.name
            lines.append(
                f"| {name} | {method.comprehensiveness:.3f} "
                f"| {method.sufficiency:.3f} | {tau} | {time} |"
            )
        return "\n".join(lines)

    def summary(self, fraction: float = 0.1) -> str:
        """What that means, in sentences.

        Args:
            fraction: One of `fractions`. Defaults to 0.1.

        Raises:
            ValueError: for another fraction.
        """
        if fraction not in self.fractions:
            raise ValueError(
                "Invalid value for argument `fraction`. Expected one of "
                f"{tuple(self.fractions)}. Received: fraction={fraction}"
            )
        n = list(self.fractions).index(fraction)
        best, random = self.best, self["random"]
        others = [
            f"by {method.name} {method.drops[n]:.2f}"
            for method in self.methods
            if not method.is_control and method is not best
        ]
        parts = [
            f"Leaving out the {fraction:.0%} of the words that count most by "
            f"{best.name} lowers the probability of the predicted class by "
            f"{best.drops[n]:.2f}"
            + (f"; {', '.join(others)}" if others else "")
            + f"; random words, {random.drops[n]:.2f} (mean of "
            f"{self.num_texts:,} texts)."
        ]
        if self.same_with_uniform_attention is not None:
            parts.append(
                "With all words weighed alike the model predicts the same for "
                f"{self.same_with_uniform_attention:.1%} of them, and the "
                "probability changes by "
                f"{self.change_with_uniform_attention:.2f}."
            )
        return " ".join(parts)
