"""Train the published IMDB experiment, test it, and show its attention.

python train_imdb.py                  the public IMDB archive
python train_imdb.py --demo           a generated corpus, in a minute
python train_imdb.py --data aclImdb_v1.tar.gz --seed 1
"""

import argparse
import random
import sys

from han_attention.cli.common import OneLineParser
from han_attention.cli.flags import add_flags
from han_attention.cli.flags import config_from_flags
from han_attention.cli.keras_import import import_keras

REVIEWS_SHOWN = 100


def main(arguments: list[str] | None = None) -> None:
    parser = OneLineParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--demo",
        dest="preset",
        action="store_const",
        const="demo",
        default=argparse.SUPPRESS,
        help="short for --preset demo: generated reviews, no download",
    )
    add_flags(parser)
    flags = parser.parse_args(arguments)
    try:
        run(flags)
    except (ValueError, OSError) as error:
        parser.error(" ".join(str(error).split()))
    except KeyboardInterrupt:
        parser.exit(130, f"{parser.prog}: interrupted\n")


def run(flags: argparse.Namespace) -> None:
    config = config_from_flags(flags)
    # Only now, so that --help and a wrong flag do not wait for Keras.
    import_keras()
    from han_attention.explain.explainer import explain_texts
    from han_attention.explain.methods.reader import methods_to_draw
    from han_attention.explain.render.html.page import save_html
    from han_attention.training.experiment import train

    result = train(config)
    test, names = result.dataset.test, result.dataset.class_names
    number = min(REVIEWS_SHOWN, len(test))
    shown = random.Random(0).sample(range(len(test)), number)
    page = result.run_dir / "attention.html"
    explanations = explain_texts(
        result.predictor,
        [test.texts[n] for n in shown],
        [names[test.labels[n]] for n in shown],
        methods_to_draw(result.predictor),
    )
    save_html(page, explanations, f"Attention: {result.dataset.name}")
    print(result.summary())
    print(f"Attention   {page}")
    print(f"TensorBoard tensorboard --logdir {result.run_dir / 'tensorboard'}")


if __name__ == "__main__":
    main(sys.argv[1:])
