"""The command line: `han-attention demo | train | predict | …`."""

import argparse
import os
import sys
from io import TextIOWrapper

import han_attention
from han_attention.cli.common import INTERRUPTED
from han_attention.cli.common import MISTAKES
from han_attention.cli.common import OneLineParser
from han_attention.cli.common import in_one_line
from han_attention.cli.common import warnings_in_one_line
from han_attention.cli.demo import add_parser as add_demo
from han_attention.cli.evaluate import add_parser as add_evaluate
from han_attention.cli.explain import add_parser as add_explain
from han_attention.cli.export import add_parser as add_export
from han_attention.cli.predict import add_parser as add_predict
from han_attention.cli.serve import add_parser as add_serve
from han_attention.cli.train import add_parser as add_train
from han_attention.cli.tune import add_parser as add_tune

_COMMANDS = (
    add_demo,
    add_train,
    add_evaluate,
    add_tune,
    add_predict,
    add_explain,
    add_export,
    add_serve,
)
_CLOSED_PIPE = 141  # what a shell gets of a program that one ended


def main(arguments: list[str] | None = None) -> None:
    """Run the command line.

    Results go to stdout, all else to stderr. A mistake of the user is one
    line on stderr and exit code 2.

    Args:
        arguments: Those after the program's name. Defaults to None: those
            the process was started with.

    Raises:
        SystemExit: with code 2 for a mistake, 130 for Ctrl-C, 143 for
            SIGTERM, 141 if whoever read stdout has closed it, and 0 after
            `--help`.
    """
    run_command(_parse(arguments))


def run_command(parsed: argparse.Namespace) -> None:
    """Run what was parsed, as `main` says.

    Args:
        parsed: What the parser of a command gave, with the function to `run`
            and the `parser` itself among its values.
    """
    parser: OneLineParser = parsed.parser
    _prepare_stdout()
    try:
        with warnings_in_one_line(parsed):
            parsed.run(parsed)
            sys.stdout.flush()
    except BrokenPipeError:
        _drop_unwritten()
        parser.exit(_CLOSED_PIPE)
    except MISTAKES as error:
        _drop_unwritten()
        parser.error(in_one_line(error, parser))
    except KeyboardInterrupt as error:
        said = in_one_line(error, parser) if error.args else "interrupted"
        parser.exit(INTERRUPTED, f"{parser.prog}: {said}\n")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLineParser(
        prog="han-attention",
        description=han_attention.__doc__.splitlines()[0],
        epilog="han-attention COMMAND --help tells what a command takes.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"%(prog)s {han_attention.__version__}",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in _COMMANDS:
        add(commands)
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        parser.print_help()
        parser.exit()
    if given and given[0] in commands.choices:
        # Only asked directly does a parser take flags between other arguments.
        command: argparse.ArgumentParser = commands.choices[given[0]]
        return command.parse_intermixed_args(given[1:])
    return parser.parse_args(given)


def _prepare_stdout() -> None:
    # UTF-8 wherever we run. A lone surrogate is no character and becomes its
    # escape, which is that of JSON. A reader gets each line when it is there.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            encoding="utf-8", errors="backslashreplace", line_buffering=True
        )


def _drop_unwritten() -> None:
    # Python flushes stdout when it ends: what failed once would fail again.
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
