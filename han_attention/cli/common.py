"""What the commands share: their parser, and what they say on stderr."""

import argparse
import difflib
import json
import os
import re
import sys
import warnings
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from typing import NoReturn
from typing import TextIO

Commands = Any  # of argparse, which has no public name for it
# What is said in one line, with exit code 2.
MISTAKES = (ValueError, TypeError, OSError, ImportError, MemoryError)
INTERRUPTED = 130  # what a shell gets of a program that Ctrl-C ended


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        message = " ".join(message.split()) + self._suggest(message)
        self.exit(2, f"{self.prog}: error: {message}\n")

    def _suggest(self, message: str) -> str:
        """The flag or command that was meant, if one is near."""
        given = re.search(r"unrecognized arguments: (--[\w-]+)", message)
        known = [x for x in self._option_string_actions if x.startswith("--")]
        if given is None:
            given = re.search(r"invalid choice: '([\w-]+)'", message)
            known = re.findall(r"[\w-]+", message.partition("choose from")[2])
        if given is None:
            return ""
        near = difflib.get_close_matches(given[1], known, n=1)
        return f"; did you mean {near[0]}?" if near else ""


def add_command(
    commands: Commands,
    name: str,
    description: str,
    examples: str,
    run: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    """Add a command that has `--quiet`, and examples at the end of its help.

    Args:
        commands: What `add_subparsers` gave.
        name: Of the command.
        description: One sentence, and if need be paragraphs below it.
        examples: One a line.
        run: Called with the parsed arguments; `parser` is one of them.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=description.splitlines()[0],
        description=description,
        epilog="examples:\n" + re.sub("^", "  ", examples.strip(), flags=re.M),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--quiet", action="store_true", help="nothing on stderr but errors"
    )
    parser.set_defaults(run=run, parser=parser)
    return parser


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    """Add the model, which Keras or onnxruntime is to run."""
    parser.add_argument(
        "model", metavar="MODEL", help="folder of a trained or an ONNX model"
    )


def add_threshold_flag(parser: argparse.ArgumentParser) -> None:
    """Add `--threshold`."""
    parser.add_argument(
        "--threshold",
        metavar="P",
        type=float,
        help="give a label only from this probability on, 0 to 1 (default: "
        "what `han-attention tune` chose, else always)",
    )


def note(arguments: argparse.Namespace, message: str) -> None:
    """Say something on stderr, unless `--quiet`."""
    if not arguments.quiet:
        print(
            f"{arguments.parser.prog}: {message}", file=sys.stderr, flush=True
        )


def in_one_line(error: BaseException, parser: argparse.ArgumentParser) -> str:
    """The message of an error, with flags in place of argument names."""
    flags = set(re.findall(r"--[a-z-]+", parser.format_help()))

    def as_flag(name: re.Match[str]) -> str:
        flag = "--" + name[1].replace("_", "-")
        several = f"{flag}s" if name[2] and f"{flag}s" in flags else flag
        return several if several in flags else name[0]

    # `NAME=[...]` is the flag that takes several of it, if there is one.
    named = r"`(\w+)(=\[\.\.\.\])?`"
    return re.sub(named, as_flag, str(error) or type(error).__name__)


@contextmanager
def warnings_in_one_line(arguments: argparse.Namespace) -> Iterator[None]:
    """Note our own warnings, each kind once, and ignore those of others."""
    seen: set[str] = set()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        kind = re.sub(r"\d+", "", str(message))  # whatever the numbers are
        if kind not in seen:
            seen.add(kind)
            note(arguments, f"warning: {' '.join(str(message).split())}")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("always", module=r"han_attention\b")
        warnings.showwarning = show
        yield


def is_one_log() -> bool:
    """Whether stdout and stderr are one file, as with `> log 2>&1`."""
    try:
        both = sys.stdout.fileno(), sys.stderr.fileno()
        return not sys.stderr.isatty() and os.path.sameopenfile(*both)
    except (OSError, ValueError):  # not a file of the system
        return False


def to_json(value: Any) -> str:
    """One line of JSON, in which letters of every script stay readable."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
