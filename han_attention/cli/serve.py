"""`han-attention serve`: a model behind HTTP."""

import argparse
from typing import Any

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import add_model_argument
from han_attention.cli.common import add_threshold_flag
from han_attention.cli.common import note
from han_attention.cli.folders import load_predictor
from han_attention.cli.folders import open_model
from han_attention.cli.folders import use_threshold

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
    try:
        import uvicorn

        from han_attention.explain.explainer import Explainer
        from han_attention.serving.app import make_app
        from han_attention.serving.limits import Limits
    except ImportError as error:
        raise ImportError(
            'Serving needs FastAPI: pip install "han-attention[serve]"'
        ) from error
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
    app = make_app(predictor, limits, explain)
    note(arguments, f"http://{arguments.host}:{arguments.port}/docs")
    uvicorn.run(
        app,
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        timeout_graceful_shutdown=int(arguments.max_seconds) + 1,
    )
