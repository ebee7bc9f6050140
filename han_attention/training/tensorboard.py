"""TensorBoard event files, written without TensorFlow."""

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.event_pb2 import SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter


class TensorBoardWriter:
    """Writes scalars, histograms and texts to one TensorBoard folder.

    Args:
        folder: Where the event file goes, such as `tensorboard/train`.

    Reference:
        https://www.tensorflow.org/tensorboard
    """

    def __init__(self, folder: str | Path) -> None:
        self._writer = EventFileWriter(str(folder))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """One number at a step."""
        self._add(scalar_pb(tag, value), step)

    def histogram(self, tag: str, values: NDArray[Any], step: int) -> None:
        """The distribution of an array's values at a step."""
        self._add(histogram_pb(tag, np.ravel(values)), step)

    def text(self, tag: str, markdown: str, step: int = 0) -> None:
        """A text in Markdown at a step."""
        self._add(text_pb(tag, markdown), step)

    def forget(self, step: int) -> None:
        """Let TensorBoard show nothing that was written of this step or later.

        A training that was killed has logged steps that are made once more.
        """
        start = SessionLog(status=SessionLog.START)
        for _ in range(2):  # the first of all of them takes nothing back
            event = Event(wall_time=time.time(), step=step, session_log=start)
            self._writer.add_event(event)

    def flush(self) -> None:
        """Put what was written so far on the disk."""
        self._writer.flush()

    def close(self) -> None:
        """Flush and close the file."""
        self._writer.close()

    def _add(self, summary: Summary, step: int) -> None:
        event = Event(wall_time=time.time(), step=step, summary=summary)
        self._writer.add_event(event)
