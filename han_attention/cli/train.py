"""`han-attention train`: from files of texts and labels to a saved model."""

import argparse
import dataclasses
import inspect
import math
import shlex
from collections.abc import Callable
from types import NoneType
from typing import Any
from typing import get_args

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import to_json
from han_attention.cli.folders import check_new_folder
from han_attention.cli.keras_import import import_keras
from han_attention.cli.reading import DATA_HELP
from han_attention.cli.reading import add_reading_flags
from han_attention.cli.reading import note_bad_rows
from han_attention.cli.reading import open_files
from han_attention.data.files import TextFiles
from han_attention.estimator import TextClassifier
from han_attention.evaluation.tables import epoch_table
from han_attention.presets import PRESETS
from han_attention.settings import TrainConfig

_DESCRIPTION = """Train a model on files of texts and labels.

A part of the texts is held out; the training stops when it judges that part
no better, and the model of the best epoch is saved."""

_EXAMPLES = """
han-attention train reviews.csv --model model
han-attention train "part-*.csv.gz" --model model --stream --epochs 5
han-attention train posts.jsonl --text-column body --label-column topics \\
    --multi-label --model model
"""

# Settings of `TextClassifier` that are said in another place.
_ELSEWHERE = ("multi_label", "quiet")
_SETTINGS = {
    setting.name: setting.metadata
    for setting in dataclasses.fields(TrainConfig)
}
_HELP = {name: str(data["help"]) for name, data in _SETTINGS.items()} | {
    "validation_fraction": "share of the texts held out; with 0 none is, and "
    "all epochs are run",
}


def add_parser(commands: Commands) -> None:
    """Add the command `train`, with a flag for every setting."""
    parser = add_command(commands, "train", _DESCRIPTION, _EXAMPLES, run)
    parser.usage = "%(prog)s DATA [DATA ...] --model FOLDER [flags]"
    parser.add_argument("data", metavar="DATA", nargs="+", help=DATA_HELP)
    parser.add_argument(
        "--model", metavar="FOLDER", required=True, help="where to save it"
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace the model in --model; never anything else",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object in place of the table",
    )
    add_reading_flags(parser, labels=True)
    _add_data_flags(parser)
    settings = parser.add_argument_group("settings")
    settings.add_argument(
        "--preset",
        choices=sorted(PRESETS),
        help="settings to start from, in place of the defaults below",
    )
    for name, setting in inspect.signature(TextClassifier).parameters.items():
        if name not in _ELSEWHERE:
            _add_setting(settings, setting)


def run(arguments: argparse.Namespace) -> None:
    """Train, save, and say how it went."""
    check_new_folder(arguments.model, arguments.overwrite, "--model")
    classifier = _make_classifier(arguments)
    multi_label = arguments.multi_label
    files = open_files(
        arguments, arguments.data, need_labels=True, multi_label=multi_label
    )
    unlabelled: list[str] = []
    if arguments.unlabelled:
        more = open_files(arguments, arguments.unlabelled, need_labels=False)
        unlabelled = [row.text for row in more]
        note_bad_rows(arguments, more.bad_rows)
    import_keras()
    if arguments.stream:
        classifier.fit_files(files, unlabelled)
    else:
        classifier.fit(*_read(files), unlabelled)
    note_bad_rows(arguments, files.bad_rows)
    classifier.save(arguments.model)
    show = _to_json if arguments.json else _to_text
    print(show(arguments, classifier, files))


def _add_data_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("data")
    group.add_argument(
        "--multi-label",
        action="store_true",
        help="a text can have several labels at once",
    )
    group.add_argument(
        "--stream",
        action="store_true",
        help="read the files anew each epoch: for data larger than memory",
    )
    group.add_argument(
        "--unlabelled",
        metavar="FILE",
        nargs="+",
        default=[],
        action="extend",
        help="more texts for --pretrain-vectors; labels are not read",
    )


def _add_setting(group: Any, setting: inspect.Parameter) -> None:
    flag = "--" + setting.name.replace("_", "-")
    if isinstance(setting.default, bool):
        group.add_argument(
            flag,
            action=argparse.BooleanOptionalAction,
            default=argparse.SUPPRESS,
            help=f"{_HELP[setting.name]} "
            f"(default: {'yes' if setting.default else 'no'})",
        )
        return
    default = "none" if setting.default is None else setting.default
    group.add_argument(
        flag,
        type=_reader_of(setting.annotation),
        default=argparse.SUPPRESS,
        metavar=setting.name.upper(),
        help=f"{_HELP[setting.name]} (default: {default})",
    )


def _reader_of(annotation: Any) -> Callable[[str], Any]:
    """From the text of a flag to its value; "none" is None if that can be."""
    kinds = get_args(annotation) or (annotation,)
    kind: Any = next(kind for kind in kinds if kind is not NoneType)
    if NoneType not in kinds:
        return kind

    def read(text: str) -> Any:
        return None if text.lower() == "none" else kind(text)

    read.__name__ = kind.__name__  # argparse says it: "invalid int value"
    return read


def _make_classifier(arguments: argparse.Namespace) -> TextClassifier:
    names = TextClassifier.parameters()
    settings = {k: v for k, v in vars(arguments).items() if k in names}
    for name, value in settings.items():  # now, and not after reading all
        if name in _SETTINGS and value is not None:
            _SETTINGS[name]["check"](name, value)
    if arguments.preset:
        return TextClassifier.from_preset(arguments.preset, **settings)
    return TextClassifier(**settings)


def _read(files: TextFiles) -> tuple[list[str], list[Any]]:
    texts, labels = [], []
    for row in files:
        texts.append(row.text)
        labels.append(row.label)
    return texts, labels


def _validation_accuracy(classifier: TextClassifier) -> float | None:
    """That of the epoch whose model is kept; None if nothing is held out."""
    epochs = [
        e["val_accuracy"] for e in classifier.history_ if "val_accuracy" in e
    ]
    if not epochs:
        return None
    return float(max(epochs) if classifier.patience else epochs[-1])


def _to_text(
    arguments: argparse.Namespace, classifier: TextClassifier, files: TextFiles
) -> str:
    lines = [epoch_table(classifier.history_)]
    accuracy = _validation_accuracy(classifier)
    if accuracy is not None:
        lines.append(f"Validation accuracy {accuracy:.4f}")
    folder = shlex.quote(arguments.model)
    lines.append(f"Model  {arguments.model}")
    lines.append(f"Try    echo 'a text' | han-attention predict {folder}")
    return "\n".join(lines)


def _to_json(
    arguments: argparse.Namespace, classifier: TextClassifier, files: TextFiles
) -> str:
    epochs = [
        {k: v if math.isfinite(v) else None for k, v in epoch.items()}
        for epoch in classifier.history_
    ]
    return to_json(
        {
            "model": arguments.model,
            "classes": classifier.predictor_.class_names,
            "validation_accuracy": _validation_accuracy(classifier),
            "epochs": epochs,
            "bad_rows": files.bad_rows,
            "settings": classifier.get_params(),
        }
    )
