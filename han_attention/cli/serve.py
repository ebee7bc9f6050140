"""`han-attention serve`: a model behind HTTP."""

import argparse
import socket
from contextlib import ExitStack
from contextlib import suppress
from typing import Any

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import add_model_argument
from han_attention.cli.common import add_threshold_flag
from han_attention.cli.common import note
from han_attention.cli.folders import load_predictor
from han_attention.cli.folders import open_model
from han_attention.cli.folders import use_threshold

_LARGEST_PORT = 65_535

_DESCRIPTION = """Answer requests over HTTP: JSON in, labels out.

POST /predict takes {"text": "..."} or {"texts": ["...", "..."]}, and with
"words": 5 says the five strongest words too. GET /health and /version tell
how it is, /docs how to use it. It answers this machine alone unless --host
says otherwise, and ends on SIGTERM after the answers under way."""

_EXAMPLES = """
han-attention serve model-onnx --port 8000
curl localhost:8000/predict -d '{"text": "A fine film"}' \\
    -H 'content-type: application/json'
han-attention serve model-onnx --host 0.0.0.0 --max-seconds 5
"""


def add_parser(commands: Commands) -> None:
    """Add the command `serve`."""
    parser = add_command(commands, "serve", _DESCRIPTION, _EXAMPLES, run)
    add_model_argument(parser)
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to answer at; 0.0.0.0 is every one of this machine "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="(default: %(default)s)"
    )
    for flag, kind, default, text in (
        ("--max-bytes", int, 4 * 2**20, "of a request"),
        ("--max-texts", int, 1_000, "in a request"),
        ("--max-seconds", float, 30.0, "until a request is answered"),
        ("--max-waiting", int, 10_000, "texts that wait, else 503"),
    ):
        parser.add_argument(
            flag,
            metavar="N",
            type=kind,
            default=default,
            help=f"{text} (default: %(default)s)",
        )
    add_threshold_flag(parser)


def run(arguments: argparse.Namespace) -> None:
    """Answer until SIGTERM or Ctrl-C."""
    saved = open_model(arguments.model)
    for name in ("max_bytes", "max_texts", "max_seconds", "max_waiting"):
        if getattr(arguments, name) <= 0:
            raise ValueError(
                f"Invalid value for argument `{name}`. Expected a number above "
                f"0. Received: {name}={getattr(arguments, name)}"
            )
    if not 0 <= arguments.port <= _LARGEST_PORT:
        raise ValueError(
            "Invalid value for argument `port`. Expected a number from 0, "
            f"which is any free one, to {_LARGEST_PORT}. Received: "
            f"port={arguments.port}"
        )
    try:
        import uvicorn

        from han_attention.explain.explainer import Explainer
        from han_attention.serving.app import make_app
        from han_attention.serving.limits import Limits
    except ImportError as error:
        raise ImportError(
            'Serving needs FastAPI: pip install "han-attention[serve]"'
        ) from error
    with _open_port(arguments.host, arguments.port) as listener:
        predictor: Any = load_predictor(saved, arguments.quiet)
        use_threshold(arguments, predictor)
        explainer = Explainer(predictor)
        explain = explainer if explainer.methods else None
        limits = Limits(
            arguments.max_bytes,
            arguments.max_texts,
            arguments.max_seconds,
            arguments.max_waiting,
        )
        config = uvicorn.Config(
            make_app(predictor, limits, explain),
            log_level="warning",
            timeout_graceful_shutdown=int(arguments.max_seconds) + 1,
        )
        port = listener.getsockname()[1]
        note(arguments, f"http://{arguments.host}:{port}/docs")
        with suppress(KeyboardInterrupt):  # after the answers under way
            uvicorn.Server(config).run(sockets=[listener])


def _open_port(host: str, port: int) -> socket.socket:
    """Take a port, before the model is loaded; nothing is answered yet.

    Raises:
        OSError: if another has it, or there is no such address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with ExitStack() as failing:
            listener = failing.enter_context(
                socket.socket(family, kind, protocol)
            )
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            failing.pop_all()
    except OSError as error:
        raise OSError(
            f"Cannot answer at {host}:{port}: {error.strerror}. Choose another "
            "--port or --host."
        ) from None
    return listener
