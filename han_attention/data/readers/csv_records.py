"""Records of a CSV file, one after the other, in linear time.

A quote that is not closed costs one record, not the file: the lines that it
swallowed are read again.
"""

import csv
from collections import deque
from collections.abc import Iterator

Record = tuple[int, list[str] | csv.Error]


class Lines:
    """Counted lines, of which those of the current record can be taken back.

    Args:
        stream: The lines; None for one that is too long.
        max_characters: Of all lines of a record.
        too_long: What is said of a record that has more.
    """

    def __init__(
        self,
        stream: Iterator[str | None],
        max_characters: int,
        too_long: str,
    ) -> None:
        self._stream = stream
        self._max_characters = max_characters
        self._too_long = too_long
        self._again: deque[str | None] = deque()
        self._record: list[str | None] = []
        self._size = 0
        self._at_end = False
        # A quote that is open at the end of a line before this one is known
        # not to be closed, and why.
        self._hopeless = 0
        self._reason = ""
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._record and self.number < self._hopeless:
            raise csv.Error(self._reason)
        try:
            line = self._again.popleft() if self._again else next(self._stream)
        except StopIteration:
            self._at_end = True
            raise
        self._record.append(line)
        self.number += 1
        self._size += len(line or "")
        if line is None or self._size > self._max_characters:
            raise csv.Error(self._too_long)
        return line

    def start_record(self) -> None:
        """Forget the lines of the record before."""
        self._record.clear()
        self._size = 0
        self._at_end = False

    def give_up(self, error: csv.Error) -> None:
        """Take back all lines of the record but the first.

        Between two lines of a record nothing is known but that a quote is
        open. So whichever line opened it, it would end as this one did: none
        of these lines has to be read to that end again.
        """
        end = self.number + self._at_end
        if end > self._hopeless:
            self._hopeless, self._reason = end, str(error)
        self.take_back(1)

    def take_back(self, start: int) -> None:
        """Give the lines of the record again, from line `start` on."""
        again = self._record[start:]
        self._again.extendleft(reversed(again))
        self.number -= len(again)


def read_records(
    lines: Lines, delimiter: str, raw_quotes: bool = False
) -> Iterator[Record]:
    """Number of the first line, and cells, of each record that is not blank.

    In place of the cells the error of a record that is none. With
    `raw_quotes` quotes are characters like all others.
    """
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        strict=True,
        quoting=csv.QUOTE_NONE if raw_quotes else csv.QUOTE_MINIMAL,
    )
    while True:
        number = lines.number + 1
        lines.start_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.give_up(error)
            yield number, error
        else:
            if cells:
                yield number, cells
