"""Several processes that train one model, and what they tell each other.

All of them know all texts and do the same; each is fed its part of a batch.
Nothing that one of them decides may therefore depend on its clock, or on what
it alone has seen.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import NoReturn

import keras

from han_attention.settings import Settings
from han_attention.training.stop import StopRequest

_STEPS_BETWEEN = 10  # in which one asks the others whether to stop


@dataclass(frozen=True)
class Processes:
    """How many processes train together, and which one this is.

    Attributes:
        number: Of the processes. Defaults to 1.
        index: From 0; only the first one writes. Defaults to 0.
    """

    number: int = 1
    index: int = 0


ONE_PROCESS = Processes()


def find_processes() -> Processes:
    """Those that `keras.distribution.initialize` put together."""
    if keras.backend.backend() != "jax":
        return ONE_PROCESS
    from han_attention.training.distribution import _jax

    return Processes(_jax.count_processes(), _jax.find_index())


def gather(value: Any) -> list[Any]:
    """What each process gives, as JSON can hold it, in their order."""
    return [json.loads(data) for data in gather_bytes(_to_bytes(value))]


def gather_bytes(data: bytes) -> list[bytes]:
    """As `gather`, of bytes."""
    if find_processes().number == 1:
        return [data]
    from han_attention.training.distribution import _jax

    return _jax.gather_bytes(data)


def check_same(name: str, value: Any) -> None:
    """Raise a ValueError, in all processes, if they do not give the same.

    Args:
        name: What it is, such as "data".
        value: As JSON can hold it.
    """
    values = gather(value)
    for index, other in enumerate(values):
        if other != values[0]:
            raise ValueError(
                f"Expected the same {name} in every process. Received: "
                f"{_differ(values[0], other)} in process 0 and in process "
                f"{index}"
            )


def check_same_settings(settings: Settings) -> None:
    """Raise a ValueError if several processes cannot train with these."""
    number = find_processes().number
    if number > 1 and settings.pretrain_vectors:
        raise ValueError(
            "Invalid value for argument `pretrain_vectors`. Expected False "
            f"with {number} processes: each would train other vectors. A file "
            "of them can be given as `word_vectors`. Received: True"
        )
    values = json.loads(settings.to_json())
    check_same("settings", values | {"verbose": None, "distribute": None})


def check_no_unlabelled(texts: Sequence[str]) -> None:
    """Raise a ValueError if several processes have unlabelled texts."""
    number = find_processes().number
    if number > 1 and texts:
        raise ValueError(
            "Invalid value for argument `unlabelled`. Expected no texts with "
            f"{number} processes: each would train other vectors. Received: "
            f"{len(texts):,} texts"
        )


def check_same_weights(model: keras.Model) -> None:
    """Raise a ValueError if the processes do not start with the same."""
    if find_processes().number == 1:
        return
    digest = hashlib.blake2b(digest_size=8)
    for array in model.get_weights():
        digest.update(array.tobytes())
    check_same("weights to start from", digest.hexdigest())


@contextmanager
def own_run_folder(
    run_dir: str | Path | None, resume: bool = False, overwrite: bool = False
) -> Iterator[tuple[str | Path | None, bool, bool]]:
    """The arguments of `RunFolder.open` for this process.

    The first process has the folder. Others have a temporary one, in which
    they find what they need to go on with a run: they need not see that of
    the first.
    """
    processes = find_processes()
    if processes.number == 1 or run_dir is None:
        yield run_dir, resume, overwrite
        return
    first = processes.index == 0
    names = gather(_list_files(Path(run_dir)) if resume and first else [])[0]
    with tempfile.TemporaryDirectory() as temporary:
        for name in names:
            path = Path(run_dir) / name
            content = gather_bytes(path.read_bytes() if first else b"")[0]
            if not first:
                copy = Path(temporary) / name
                copy.parent.mkdir(exist_ok=True)
                copy.write_bytes(content)
        if first:
            yield run_dir, resume, overwrite
        else:
            yield temporary, resume, False


def make_stop_request(processes: Processes) -> StopRequest:
    """What notes that these processes are to end."""
    return StopRequest() if processes.number == 1 else _SharedStopRequest()


class _SharedStopRequest(StopRequest):
    """Whether someone has asked one of several processes to end.

    They must end after the same step, so now and then they ask each other.
    """

    agreed = 0  # the signal for all
    _calls = 0

    def is_due(self, now: bool = False) -> bool:
        from han_attention.training.distribution import _jax

        self._calls += 1
        if now or self._calls % _STEPS_BETWEEN == 0:
            self.agreed = _jax.find_largest(self.signal or 0)
        return bool(self.agreed)

    def obey(self, message: str) -> NoReturn:
        from han_attention.training.distribution import _jax

        self.signal = self.agreed or self.signal
        if self.agreed:  # all are here, and none is to miss another
            _jax.leave()
        super().obey(message)


def _list_files(folder: Path) -> list[str]:
    """What a training needs to go on."""
    paths = [folder / "config.json", *(folder / "checkpoint").glob("*.*")]
    return [str(path.relative_to(folder)) for path in paths if path.is_file()]


def _differ(one: Any, other: Any) -> str:
    """Where two values differ: of dictionaries the first name."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one:
            if one[name] != other.get(name):
                return f"{name}={one[name]!r} and {other.get(name)!r}"
    return f"{one!r} and {other!r}"


def _to_bytes(value: Any) -> bytes:
    return json.dumps(value, default=float).encode()
