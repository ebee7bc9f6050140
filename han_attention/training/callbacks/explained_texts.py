"""What the model makes of a few texts, epoch by epoch, in TensorBoard."""

import random
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han_attention.explain.explainer import Explainer
from han_attention.explain.render.markdown import to_markdown
from han_attention.inference.keras import Predictor
from han_attention.training.tensorboard import TensorBoardWriter

_TEXTS = 5


class ExplainedTexts:
    """Logs a few fixed texts with their strongest words to TensorBoard.

    Args:
        folder: Of TensorBoard, such as `tensorboard/test`.
        predictor: With the model that is being trained.
        texts: N strings, of which a few are taken, always the same.
        labels: The names of their N classes.
    """

    def __init__(
        self,
        folder: Path,
        predictor: Predictor,
        texts: Sequence[str],
        labels: Sequence[Any],
    ) -> None:
        chosen = range(len(texts))
        rows = random.Random(0).sample(chosen, min(_TEXTS, len(chosen)))
        self._folder = folder
        self._explainer = Explainer(predictor)
        self._texts = [texts[n] for n in rows]
        self._labels = [labels[n] for n in rows]

    def write(self, epoch: int) -> None:
        """Log the texts as the model sees them after an epoch."""
        with warnings.catch_warnings():
            # The reader of the panel sees a text without words for himself.
            warnings.simplefilter("ignore", UserWarning)
            explanations = self._explainer(
                self._texts, self._labels, ("attention",)
            )
        writer = TensorBoardWriter(self._folder)
        for number, explanation in enumerate(explanations, start=1):
            writer.text(f"attention/{number}", to_markdown(explanation), epoch)
        writer.close()
