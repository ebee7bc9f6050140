"""Train the published IMDB experiment, test it, and show its attention.

python train_imdb.py                  the public IMDB archive
python train_imdb.py --demo           a generated corpus, in a minute
python train_imdb.py --data aclImdb_v1.tar.gz --seed 1
"""

import argparse
import random
import sys

from han_attention.cli.common import OneLineParser
from han_attention.cli.common import in_one_line
from han_attention.cli.flags import add_preset_flag
from han_attention.cli.flags import add_setting_flags
from han_attention.cli.flags import read_settings
from han_attention.cli.keras_import import import_keras
from han_attention.settings import Settings

REVIEWS_SHOWN = 100


def make_parser() -> OneLineParser:
    parser = OneLineParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--data",
        metavar="DATA",
        help="imdb, keras-imdb, demo, or the path of an IMDB archive or "
        "folder (default: imdb; demo with --preset demo)",
    )
    parser.add_argument(
        "--demo",
        dest="preset",
        action="store_const",
        const="demo",
        default=argparse.SUPPRESS,
        help="short for --preset demo: generated reviews, no download",
    )
    parser.add_argument(
        "--run-dir",
        metavar="FOLDER",
        help="folder for all results (default: runs/DATE-TIME)",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on after the last whole epoch of the run in --run-dir",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace the run in --run-dir"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    add_preset_flag(parser, default="imdb")
    add_setting_flags(
        parser,
        Settings.from_preset("imdb"),
        skip=("multi_label", "tensorboard"),
    )
    return parser


def run(flags: argparse.Namespace) -> None:
    settings = Settings.from_preset(flags.preset, **read_settings(flags))
    # Only now, so that --help and a wrong flag do not wait for Keras.
    import_keras()
    from han_attention.explain.explainer import Explainer
    from han_attention.explain.render.html.page import save_html
    from han_attention.training.experiment import train

    result = train(
        settings,
        flags.data or ("demo" if flags.preset == "demo" else "imdb"),
        run_dir=flags.run_dir,
        resume=flags.resume,
        overwrite=flags.overwrite,
    )
    test, names = result.dataset.test, result.dataset.class_names
    number = min(REVIEWS_SHOWN, len(test))
    shown = random.Random(0).sample(range(len(test)), number)
    page = result.run_dir / "attention.html"
    explainer = Explainer(result.predictor)
    explanations = explainer(
        [test.texts[n] for n in shown],
        [names[test.labels[n]] for n in shown],
        explainer.page_methods,
    )
    save_html(page, explanations, f"Attention: {result.dataset.name}")
    print(result.summary())
    print(f"Attention   {page}")
    print(f"TensorBoard tensorboard --logdir {result.run_dir / 'tensorboard'}")


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    flags = parser.parse_args(arguments)
    try:
        run(flags)
    except (ValueError, TypeError, OSError, ImportError) as error:
        parser.error(in_one_line(error, parser))
    except KeyboardInterrupt:
        parser.exit(130, f"{parser.prog}: interrupted\n")


if __name__ == "__main__":
    main(sys.argv[1:])
