"""Predicts with an exported ONNX model; Keras is not imported."""

import os
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any
from typing import Self

import numpy as np
from numpy.typing import NDArray

from han_attention.inference.base import TextPredictor
from han_attention.inference.saved_model import ONNX_MODEL
from han_attention.inference.saved_model import SavedModel
from han_attention.inference.saved_model import load_whole
from han_attention.text.padding import cut_padding
from han_attention.text.preprocessor import TextPreprocessor

_BATCHES_AT_ONCE = 64  # bounds the memory of their ids
_IDS = {"tensor(int32)": "int32", "tensor(int64)": "int64"}


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

    Attributes:
        num_threads: In which parts of a batch are run at once, and several
            batches; to be set before the first. Defaults to one for each core.

    Example:
    >>> OnnxPredictor.load("no_model")
    Traceback (most recent call last):
    FileNotFoundError: No model: there is no folder no_model
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
        self.num_threads = os.cpu_count() or 1
        self._process: int | None = None

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the model gives: `logits`, and what explains them."""
        return tuple(output.name for output in self._session.get_outputs())

    def run(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        logits = np.concatenate([*self._map(self._run_part, self._split(ids))])
        return logits[: len(ids)]

    def run_all(
        self, batches: Iterable[NDArray[np.int32]]
    ) -> Iterator[NDArray[Any]]:
        """The logits of each batch: several are run at once.

        So no core waits for another that has the longer texts of a batch.
        """
        remaining = iter(batches)
        while group := list(islice(remaining, _BATCHES_AT_ONCE)):
            parts = [self._split(ids) for ids in group]
            # The long ones first: what is left at the end is short.
            flat = [part for of_batch in parts for part in of_batch][::-1]
            found = iter([*self._map(self._run_part, flat)][::-1])
            for ids, of_batch in zip(group, parts, strict=True):
                logits = np.concatenate([*islice(found, len(of_batch))])
                yield logits[: len(ids)]

    def run_outputs(
        self, ids: NDArray[np.int32], names: Sequence[str]
    ) -> list[NDArray[Any]]:
        """Some outputs of the model for ids (B, T) or (B, S, T)."""

        def run_part(part: NDArray[np.int32]) -> list[NDArray[Any]]:
            return self._session.run(list(names), {"ids": part})

        results = zip(*self._map(run_part, self._split(ids)), strict=True)
        return [np.concatenate(each)[: len(ids)] for each in results]

    def _run_part(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        return self._session.run(["logits"], {"ids": cut_padding(ids)})[0]

    def _split(self, ids: NDArray[np.int32]) -> list[NDArray[np.int32]]:
        """A part of the texts for each core.

        The threads of onnxruntime split each step of the GRU instead, and
        mostly wait for each other.
        """
        (of_ids,) = self._session.get_inputs()
        ids = np.asarray(ids, _IDS.get(of_ids.type))
        # onnxruntime must get no batch without rows: of older graphs.
        rows = ids if len(ids) else np.zeros((1, *ids.shape[1:]), ids.dtype)
        return np.array_split(rows, min(len(rows), self.num_threads))

    def _map(self, function: Callable[[Any], Any], parts: list[Any]) -> Any:
        """As `map`; by threads if there is more than one, and one part."""
        if min(len(parts), self.num_threads) == 1:
            return map(function, parts)
        if self._process != os.getpid():  # a fork has no threads
            self._threads = ThreadPoolExecutor(self.num_threads)
            self._process = os.getpid()
        return self._threads.map(function, parts)

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
            predictor = cls(
                open_session(saved.path),
                saved.preprocessor,
                saved.class_names,
                saved.multi_label,
            )
            predictor.with_notes(
                saved.thresholds, saved.training, saved.columns
            )._check()
        except ImportError:
            raise
        except Exception as error:  # onnxruntime has no common type
            reason = " ".join(str(error).split())
            raise ValueError(
                f"Damaged model: cannot use {saved.path} ({reason:.300})"
            ) from error
        return predictor

    def _check(self) -> None:
        """Raise unless the model takes every id, and gives the logits.

        It can come from elsewhere.
        """
        rank = 3 if self.preprocessor.hierarchical else 2
        inputs = [(x.name, x.type) for x in self._session.get_inputs()]
        if inputs not in [[("ids", dtype)] for dtype in _IDS]:
            raise ValueError(
                "Expected one input, `ids`, of int32 or int64. Received: "
                f"{inputs}"
            )
        largest = np.full((1,) * rank, len(self.tokenizer) - 1, "int32")
        self.check_logits(self.run(largest), np.zeros(1, "int64"))


def open_session(path: Path) -> Any:
    """An `onnxruntime.InferenceSession` of one thread: see `_split`.

    Raises:
        ImportError: if onnxruntime is not installed.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ImportError(
            "An ONNX model needs onnxruntime: "
            'pip install "han-attention[export]"'
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # errors are raised, not printed too
    return onnxruntime.InferenceSession(
        path,
        options,
        providers=["CPUExecutionProvider"],
        enable_fallback=0,  # there is no other, and it prints
    )
