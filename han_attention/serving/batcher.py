"""Texts of many requests, predicted together."""

import asyncio
from collections.abc import Callable
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from numpy.typing import NDArray

_MOST_AT_ONCE = 256  # texts predicted together


class TooManyWaitingError(RuntimeError):
    """Raised where so many texts wait that one more would wait too long."""


class Batcher:
    """Collects what comes while a batch is predicted into the next batch.

    One thread predicts, so that requests never compete for the cores.

    Args:
        predict: From texts to an array with a row for each.
        most_waiting: Texts that may wait or be under way; more are refused.
    """

    def __init__(
        self,
        predict: Callable[[Sequence[str]], NDArray[Any]],
        most_waiting: int,
    ) -> None:
        self._predict = predict
        self._most_waiting = most_waiting
        self._num_waiting = 0
        self._queue: asyncio.Queue[
            tuple[list[str], asyncio.Future[NDArray[Any]]]
        ] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, "predict")

    async def predict(self, texts: list[str]) -> NDArray[Any]:
        """The rows of some texts.

        Raises:
            TooManyWaitingError: if too many texts wait already.
        """
        if self._num_waiting + len(texts) > self._most_waiting:
            raise TooManyWaitingError(
                f"{self._num_waiting} texts are waiting; at most "
                f"{self._most_waiting} may."
            )
        self._num_waiting += len(texts)
        answer: asyncio.Future[NDArray[Any]]
        answer = asyncio.get_running_loop().create_future()
        await self._queue.put((texts, answer))
        try:
            return await answer
        finally:
            self._num_waiting -= len(texts)

    async def run_in_thread(self, function: Callable[[], Any]) -> Any:
        """Run something else in the thread that predicts."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, function)

    async def run(self) -> None:
        """Predict for ever, until it is cancelled."""
        while True:
            batch = [await self._queue.get()]
            number = len(batch[0][0])
            while not self._queue.empty() and number < _MOST_AT_ONCE:
                batch.append(self._queue.get_nowait())
                number += len(batch[-1][0])
            # Whoever has given up waits for nothing.
            batch = [one for one in batch if not one[1].done()]
            try:
                await self._answer(batch)
            except Exception:  # of a text among them: the others are answered
                for one in batch:
                    await self._answer_alone(one)

    async def _answer(
        self, batch: list[tuple[list[str], asyncio.Future[NDArray[Any]]]]
    ) -> None:
        texts = [text for texts, _ in batch for text in texts]
        if not texts:
            return
        rows = await self.run_in_thread(lambda: self._predict(texts))
        done = 0
        for own, answer in batch:
            if not answer.done():
                answer.set_result(rows[done : done + len(own)])
            done += len(own)

    async def _answer_alone(
        self, one: tuple[list[str], asyncio.Future[NDArray[Any]]]
    ) -> None:
        try:
            await self._answer([one])
        except Exception as error:
            if not one[1].done():
                one[1].set_exception(error)
