"""The names that TensorFlow 1 gave to the variables of `attention_decoder`."""

import re
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_WRAPPER = "output_projection_wrapper"
# Parts of a name before TensorFlow 1.2, by those since.
_PARTS = {
    "Linear": "",
    "Matrix": "kernel",
    "weights": "kernel",
    "W": "kernel",
    "Bias": "bias",
    "biases": "bias",
    "B": "bias",
    "MultiRNNCell": "multi_rnn_cell",
    "BasicLSTMCell": "basic_lstm_cell",
    "LSTMCell": "lstm_cell",
    "GRUCell": "gru_cell",
    "Gates": "gates",
    "Candidate": "candidate",
    "OutputProjectionWrapper": _WRAPPER,
}
_NAMES_SHOWN = 20


def modernize_name(name: str) -> str:
    """The name that TensorFlow 1.2 and later give to a variable.

    Args:
        name: Below the scope `attention_decoder`, of any version of
            TensorFlow 1 or before it.

    Example:
    >>> modernize_name("MultiRNNCell/Cell0/BasicLSTMCell/Linear/Matrix")
    'multi_rnn_cell/cell_0/basic_lstm_cell/kernel'
    >>> modernize_name("Attention_0/biases")
    'Attention_0/bias'
    """
    name = re.sub(r"\bLSTMCell/W_(\d+)$", r"LSTMCell/W/part_\1", name)
    name = re.sub(r"\bCell(\d+)/", r"cell_\1/", name)
    parts = [_PARTS.get(part, part) for part in name.split("/")]
    parts = [part for part in parts if part]
    # The cell was called in the scope of its wrapper from 1.2 on.
    if parts[0] == _WRAPPER and parts[1:2] not in (["kernel"], ["bias"]):
        del parts[0]
    return "/".join(parts)


def drop_slots(names: Iterable[str]) -> set[str]:
    """The names without those of slots and moving averages.

    These stand below the name of a variable, as no variable does.

    Example:
    >>> drop_slots(["a/kernel", "a/kernel/Adam", "a/kernel/Adam_1"])
    {'a/kernel'}
    """
    names = set(names)
    return {
        name
        for name in names
        if not any(name[: m.start()] in names for m in re.finditer("/", name))
    }


def find_scope(names: Iterable[str], scope: str | None = None) -> str:
    """The scope of an attention decoder among the names of a checkpoint.

    Args:
        names: Of variables, no slots.
        scope: Which, where there are several. Defaults to None: there is one.

    Returns:
        What comes before the names of its variables: "" or ending in "/".

    Raises:
        ValueError: if there is none, or another one than `scope`, or several.

    Example:
    >>> find_scope(["embedding", "decoder/AttnW_0", "decoder/AttnV_0"])
    'decoder/'
    """
    names = sorted(names)
    found = [
        name.removesuffix("AttnW_0")
        for name in names
        if name.rpartition("/")[2] == "AttnW_0"
    ]
    if scope is not None:
        wanted = f"{scope.strip('/')}/".removeprefix("/")
        if wanted in found:
            return wanted
        raise ValueError(
            "Invalid value for argument `scope`. Expected one with an "
            f"`AttnW_0`: {', '.join(found) or 'there is none'}. Received: "
            f"scope={scope!r}"
        )
    if len(found) > 1:
        raise ValueError(
            "Invalid value for argument `variables`. Expected the variables "
            "of one `attention_decoder`, with one `AttnW_0`, or `scope`. "
            f"Received several: {', '.join(found)}"
        )
    if not found:
        raise ValueError(
            "Invalid value for argument `variables`. Expected the variables "
            "of one `attention_decoder`, with one `AttnW_0`. Received: "
            f"{show_names(names)}"
        )
    return found[0]


def show_names(names: Iterable[str]) -> str:
    """The first names of a file, and how many more there are.

    Example:
    >>> show_names(f"layer_{n}" for n in range(10, 32))
    'layer_10, layer_11, ..., layer_29 and 2 more'
    >>> show_names([])
    'nothing'
    """
    names = sorted(names)
    shown = ", ".join(names[:_NAMES_SHOWN]) or "nothing"
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


class DecoderVariables:
    """What a checkpoint has of one attention decoder, by today's names.

    Slices of a variable that was partitioned are put together.

    Args:
        variables: Arrays by the names in the checkpoint.
        scope: Of the decoder. Defaults to None: the only one.
    """

    def __init__(
        self, variables: Mapping[str, Any], scope: str | None = None
    ) -> None:
        given = {name.removesuffix(":0"): name for name in variables}
        names = drop_slots(given)
        start = find_scope(names, scope)
        self._slices: dict[str, dict[int, str]] = {}
        for name in names:
            if name.startswith(start):
                modern = modernize_name(name.removeprefix(start))
                whole, _, number = modern.partition("/part_")
                slices = self._slices.setdefault(whole, {})
                slices[int(number or 0)] = given[name]
        self.arrays: dict[str, Array] = {
            name: _join(
                [np.asarray(variables[n]) for _, n in sorted(x.items())]
            )
            for name, x in self._slices.items()
        }
        self._start = start

    def name_in_file(self, name: str) -> str:
        """What the checkpoint calls a variable, below the decoder's scope."""
        first = self._slices[name][min(self._slices[name])]
        return first.removesuffix(":0").removeprefix(self._start)


def _join(slices: list[Array]) -> Array:
    return slices[0] if len(slices) == 1 else np.concatenate(slices)
