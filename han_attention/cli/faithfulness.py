"""`han-attention explain --faithfulness`: do the explanations mean anything?"""

import argparse
from collections.abc import Sequence
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.cli.common import to_json
from han_attention.estimator import TextClassifier


def measure(
    arguments: argparse.Namespace,
    classifier: TextClassifier,
    texts: Sequence[str],
    labels: Sequence[Any] | None,
) -> None:
    """Print the table and what it says, and draw it with `--plot`."""
    # They need Keras, which is imported by now.
    from han_attention.explain.faithfulness.measure import measure_faithfulness
    from han_attention.explain.faithfulness.plot import plot_faithfulness

    report = measure_faithfulness(classifier, texts, labels, arguments.method)
    if arguments.plot:
        figure = plot_faithfulness(report)
        with replace_when_written(arguments.plot) as temporary:
            figure.savefig(temporary, dpi=120, format="png")
    if arguments.json:
        print(to_json(report.to_dict()))
        return
    print(report.table())
    accuracy = report.accuracy
    note = "" if accuracy is None else f"The accuracy is {accuracy:.1%}. "
    print(f"\n{note}{report.summary()}")
    if arguments.plot:
        print(f"Written  {arguments.plot}")
