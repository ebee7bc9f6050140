"""What ends an epoch, said in one line: by the data, or by the memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from han_attention.training.sources.base import Batches

_OUT_OF_MEMORY = ("RESOURCE_EXHAUSTED", "OOM when", "out of memory")


@contextmanager
def in_one_line(batches: Batches) -> Iterator[None]:
    """Raise what the data raised, or that the memory is too small for them.

    A backend wraps the error of a reader into its own, of eighty lines.

    Args:
        batches: That are read inside.

    Raises:
        MemoryError: if the backend says that the memory is full.
        What reading the batches raised.
    """
    try:
        yield
    except Exception as error:
        if batches.error is not None:
            raise batches.error from None
        kind = type(error).__name__
        said = f"{kind}: {error}"
        if kind == "ResourceExhaustedError" or any(
            words in said for words in _OUT_OF_MEMORY
        ):
            raise MemoryError(
                "Out of memory with batches of up to "
                f"{' x '.join(map(str, batches.largest)) or 'any'} ids. "
                "Expected a smaller `batch_size`, or shorter texts by "
                "`max_tokens` or `max_sentences`."
            ) from None
        raise
