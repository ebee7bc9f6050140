"""Train the published IMDB experiment, test it, and show its attention.

python train_imdb.py                  the public IMDB archive
python train_imdb.py --demo           a generated corpus, in a minute
python train_imdb.py --data aclImdb_v1.tar.gz --seed 1
"""

import argparse
import random

from han_attention.cli import run_command
from han_attention.cli.common import OneLineParser
from han_attention.cli.flags import add_preset_flag
from han_attention.cli.flags import add_run_flags
from han_attention.cli.flags import add_setting_flags
from han_attention.cli.flags import read_settings
from han_attention.cli.keras_import import import_keras
from han_attention.settings import Settings

REVIEWS_SHOWN = 100


def make_parser() -> OneLineParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = OneLineParser(
        description=__doc__, formatter_class=raw, allow_abbrev=False
    )
    parser.add_argument(
        "--data",
        help="imdb, keras-imdb, demo, or the path of an IMDB archive or "
        "folder (default: imdb; demo with --preset demo)",
    )
    add_preset_flag(parser, default="imdb")
    demo = {"action": "store_const", "const": "demo", "dest": "preset"}
    parser.add_argument("--demo", **demo, help="short for --preset demo")
    add_run_flags(parser, "folder for all results (default: runs/DATE-TIME)")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    published = Settings.from_preset("imdb")
    add_setting_flags(parser, published, skip=("multi_label", "tensorboard"))
    parser.set_defaults(run=run, parser=parser)
    return parser


def run(flags: argparse.Namespace) -> None:
    settings = Settings.from_preset(flags.preset, **read_settings(flags))
    import_keras()  # only now: --help and a wrong flag do not wait for it
    from han_attention.explain.explainer import Explainer
    from han_attention.explain.render.html.page import save_html
    from han_attention.training.experiment import train

    data = flags.data or ("demo" if flags.preset == "demo" else "imdb")
    folder = flags.run_dir, flags.resume, flags.overwrite
    result = train(settings, data, *folder)
    test, names = result.dataset.test, result.dataset.class_names
    number = min(REVIEWS_SHOWN, len(test))
    shown = random.Random(0).sample(range(len(test)), number)
    texts = [test.texts[n] for n in shown]
    labels = [names[test.labels[n]] for n in shown]
    explainer = Explainer(result.predictor)
    explanations = explainer(texts, labels, explainer.page_methods)
    page = result.run_dir / "attention.html"
    save_html(page, explanations, f"Attention: {result.dataset.name}")
    print(result.summary())
    print(f"Attention   {page}")
    print(f"TensorBoard tensorboard --logdir {result.run_dir / 'tensorboard'}")


def main(arguments: list[str] | None = None) -> None:
    run_command(make_parser().parse_args(arguments))


if __name__ == "__main__":
    main()
