"""A training drawn as a picture: loss and accuracy, epoch by epoch."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.drawing.figure import make_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BLUE, _ORANGE = "#0072b2", "#d55e00"  # Okabe and Ito


def plot_training(history: Sequence[Mapping[str, Any]]) -> "Figure":
    """Draw loss and accuracy of training and validation.

    Args:
        history: A dictionary of numbers for each epoch, as `history_` of a
            `TextClassifier`.

    Raises:
        ImportError: if matplotlib is not installed.

    Example:
    >>> history = [{"epoch": 1, "loss": 0.5, "accuracy": 0.75}]
    >>> len(plot_training(history).axes)
    2
    """
    figure = make_figure(8, 3.2)
    figure.set_layout_engine("constrained")
    epochs = [each["epoch"] for each in history]
    for axes, name in zip(
        figure.subplots(1, 2), ("loss", "accuracy"), strict=True
    ):
        for prefix, color, label in (
            ("", _BLUE, "training"),
            ("val_", _ORANGE, "validation"),
        ):
            if prefix + name in history[0]:
                values = [each[prefix + name] for each in history]
                axes.plot(epochs, values, "o-", color=color, label=label)
        axes.set(title=name.capitalize(), xlabel="Epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
    return figure


def save_training_plot(
    history: Sequence[Mapping[str, Any]], path: str | Path
) -> None:
    """Save the picture of `plot_training`, a PNG."""
    figure = plot_training(history)
    with replace_when_written(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120)
