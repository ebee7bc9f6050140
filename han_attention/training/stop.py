"""Ctrl-C and SIGTERM end a training after the step that is being made."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Whether someone has asked a training to end.

    Attributes:
        signal: The number of the signal, or None.
    """

    signal: int | None = None

    def is_due(self, now: bool = False) -> bool:
        """Whether to end here.

        Args:
            now: Whether an answer that is some steps old will not do.
                Defaults to `False`.
        """
        return self.signal is not None

    def obey(self, message: str) -> NoReturn:
        """End as the signal asks, once all is saved.

        Args:
            message: Where it ended, and how to go on.

        Raises:
            KeyboardInterrupt: after Ctrl-C; a program then exits with 130.
            SystemExit: after SIGTERM, with 143.
        """
        if self.signal == signal.SIGINT:
            raise KeyboardInterrupt(message)
        print(message, file=sys.stderr)
        raise SystemExit(128 + signal.SIGTERM)


@contextmanager
def note_signals(request: StopRequest) -> Iterator[StopRequest]:
    """Note Ctrl-C and SIGTERM in place of ending at once; a second one ends.

    Only in the main thread, and not what is to be ignored.

    Args:
        request: Where they are noted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {
        number: handler
        for number in _SIGNALS
        if (handler := signal.getsignal(number)) not in (None, signal.SIG_IGN)
    }

    def note(number: int, frame: Any) -> None:
        if request.signal is not None:
            request.obey("Stopped at once: the last steps are not saved.")
        request.signal = number

    try:
        for number in before:
            signal.signal(number, note)
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
