"""Predicts with an exported ONNX model; Keras is not imported."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from typing import Self

import numpy as np
from numpy.typing import NDArray

from han_attention.inference.base import TextPredictor
from han_attention.inference.saved_model import ONNX_MODEL
from han_attention.inference.saved_model import SavedModel
from han_attention.inference.saved_model import load_whole
from han_attention.text.preprocessor import TextPreprocessor


class OnnxPredictor(TextPredictor):
    """Predicts classes for texts with onnxruntime, without Keras.

    Make one with `OnnxPredictor.load`. It starts in a fraction of the time
    that Keras needs, and gives the same numbers as the `Predictor` whose
    export it reads.

    Args:
        session: An `onnxruntime.InferenceSession` from ids to logits.
        preprocessor: Turns texts into the ids that the model takes.
        class_names: The label of each class, in the order of the logits.
        multi_label: Whether a text can have several labels at once. Defaults
            to `False`.

    Example:
    >>> OnnxPredictor.load("no_model")
    Traceback (most recent call last):
    FileNotFoundError: No model: no_model/config.json is missing
    """

    def __init__(
        self,
        session: Any,
        preprocessor: TextPreprocessor,
        class_names: Sequence[Any],
        multi_label: bool = False,
    ) -> None:
        super().__init__(preprocessor, class_names, multi_label)
        self._session = session
        self._cores = os.cpu_count() or 1
        self._process: int | None = None

    def run(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        # A part of the texts for each core: the threads of onnxruntime split
        # each step of the GRU instead, and mostly wait for each other.
        if self._process != os.getpid():  # a fork has no threads
            self._threads = ThreadPoolExecutor(self._cores)
            self._process = os.getpid()
        parts = np.array_split(ids, min(len(ids), self._cores))
        return np.concatenate([*self._threads.map(self._run_part, parts)])

    def _run_part(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        return self._session.run(["logits"], {"ids": ids})[0]

    @classmethod
    def load(cls, folder: str | Path | SavedModel) -> Self:
        """Read what `export_model` wrote as ONNX.

        Raises:
            ImportError: if onnxruntime is not installed.
            FileNotFoundError: if the folder or one of its files is missing.
            ValueError: if a file is damaged or altered, or of a newer version.
        """
        return load_whole(folder, ONNX_MODEL, cls._load)

    @classmethod
    def _load(cls, saved: SavedModel) -> Self:
        try:
            import onnxruntime
        except ImportError as error:
            raise ImportError(
                "An ONNX model needs onnxruntime: "
                'pip install "han-attention[export]"'
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # see `run`
        options.log_severity_level = 4  # errors are raised, not printed too
        try:
            session = onnxruntime.InferenceSession(
                saved.path, options, providers=["CPUExecutionProvider"]
            )
            predictor = cls(
                session,
                saved.preprocessor,
                saved.class_names,
                saved.multi_label,
            )
            predictor.with_notes(saved.thresholds, saved.training)._check()
        except Exception as error:  # onnxruntime has no common type
            reason = " ".join(str(error).split())
            raise ValueError(
                f"Damaged model: cannot use {saved.path} ({reason:.300})"
            ) from error
        return predictor

    def _check(self) -> None:
        """Raise unless the model takes every id, and gives the logits."""
        largest = np.full(
            (1,) * (3 if self.preprocessor.hierarchical else 2),
            len(self.tokenizer) - 1,
            "int32",
        )
        logits = self.run(largest)
        self.check_logits(logits, np.zeros(1, "int64"))
