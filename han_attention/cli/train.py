"""`han-attention train`: from files of texts and labels to a saved model."""

import argparse
import math
import shlex
from pathlib import Path
from typing import Any

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import is_one_log
from han_attention.cli.common import note
from han_attention.cli.common import to_json
from han_attention.cli.flags import add_preset_flag
from han_attention.cli.flags import add_run_flags
from han_attention.cli.flags import add_setting_flags
from han_attention.cli.flags import read_settings
from han_attention.cli.folders import choose_model_folder
from han_attention.cli.keras_import import import_keras
from han_attention.cli.processes import OwnProcess
from han_attention.cli.processes import add_process_flags
from han_attention.cli.reading import CommandFiles
from han_attention.cli.reading import note_bad_rows
from han_attention.cli.reading import open_files
from han_attention.cli.reading_flags import DATA_HELP
from han_attention.cli.reading_flags import add_reading_flags
from han_attention.cli.replay import read_config
from han_attention.cli.replay import save_config
from han_attention.cli.training_data import describe_files
from han_attention.cli.training_data import describe_vanished
from han_attention.cli.training_data import note_data
from han_attention.cli.training_data import read_labelled
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.data.text_files import TextFiles
from han_attention.estimator import TextClassifier
from han_attention.evaluation.tables import epoch_table
from han_attention.inference.model_card import describe_attention
from han_attention.progress import announce
from han_attention.settings import Settings
from han_attention.training.history import describe_end
from han_attention.training.history import find_kept_epoch
from han_attention.training.run_folder import check_tensorboard

# Of others only Keras knows whether they are there.
_COMMON_OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop")

_DESCRIPTION = """Train a model on files of texts and labels.

A part of the texts is held out; the training stops when it judges that part
no better, and the model of the best epoch is saved."""

_EXAMPLES = """
han-attention train reviews.csv --model model
han-attention train "part-*.csv.gz" --model model --stream --epochs 5
han-attention train reviews.csv --run-dir run --tensorboard --resume
han-attention train --config run/run.json --model again
han-attention train posts.jsonl --text-column body --label-column topics \\
    --multi-label --model model
"""


def add_parser(commands: Commands) -> None:
    """Add the command `train`, with a flag for every setting."""
    parser = add_command(commands, "train", _DESCRIPTION, _EXAMPLES, run)
    parser.usage = "%(prog)s DATA [DATA ...] --model FOLDER [flags]"
    parser.add_argument("data", metavar="DATA", nargs="*", help=DATA_HELP)
    parser.add_argument(
        "--model",
        metavar="FOLDER",
        help="where to save it (default: in --run-dir)",
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="train as run.json of a run folder says, or config.json of a "
        "model; DATA and flags given here go before it",
    )
    add_run_flags(
        parser,
        "where to write configuration, metrics, checkpoints and logs",
        "replace what is in --model and --run-dir; never anything else",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object in place of the table",
    )
    add_reading_flags(parser, labels=True)
    _add_data_flags(parser)
    add_process_flags(parser)
    settings = parser.add_argument_group("settings")
    add_preset_flag(settings)
    add_setting_flags(settings, skip=("multi_label",))


def run(arguments: argparse.Namespace) -> None:
    """Train, save, and say how it went."""
    settings = read_config(arguments)
    if not arguments.data:
        raise ValueError(
            "Expected DATA, files of texts and labels. Received: none"
        )
    process = OwnProcess(arguments)
    folder = "" if process.index else choose_model_folder(arguments)
    classifier = _make_classifier(arguments, settings)
    with process.joined():
        files = _train(arguments, classifier, process)
        if process.index:
            return
        note_bad_rows(arguments, files.bad_rows)
        save_config(arguments)
        if arguments.model is not None:
            classifier.save(arguments.model)
    show = _to_json if arguments.json else _to_text
    print(show(folder, classifier, files))


def _train(
    arguments: argparse.Namespace,
    classifier: TextClassifier,
    process: OwnProcess,
) -> TextFiles:
    """Read the files, and train the classifier on them."""
    announce("reading", not arguments.quiet)
    files = _open(arguments, arguments.data, classifier)
    columns, more, validation = files.trained_columns, None, None
    if arguments.validation:
        more = _open(arguments, arguments.validation, classifier, columns)
    _check_optimizer(arguments, classifier)  # what is cheap was checked
    if more is not None:
        validation = read_labelled(more, process)
    options: dict[str, Any] = {
        "validation_data": validation,
        "unlabelled": _read_unlabelled(arguments),
        "run_dir": arguments.run_dir,
        "resume": arguments.resume,
        "overwrite": arguments.overwrite and arguments.run_dir is not None,
    }
    if arguments.stream:
        for line in describe_files(files):
            note(arguments, line)
        options["callbacks"] = _make_callbacks(arguments)
        classifier.fit_files(files, **options)
        classes = classifier.predictor_.class_names
        for line in describe_vanished(arguments, classes):
            note(arguments, line)
    else:
        texts, labels = read_labelled(files, process)
        note_data(arguments, files, texts, labels, classifier)
        options["callbacks"] = _make_callbacks(arguments)
        columns = files.trained_columns  # of all files
        classifier.fit(texts, labels, columns=columns, **options)
    return files


def _make_callbacks(arguments: argparse.Namespace) -> list[Any]:
    """A line for each epoch, which a run folder brings by itself."""
    import_keras(arguments.quiet)
    from han_attention.training.callbacks.epoch_log import EpochLog

    alone = arguments.run_dir is None and not arguments.quiet
    return [EpochLog()] if alone else []


def _open(
    arguments: argparse.Namespace,
    paths: list[str],
    classifier: TextClassifier,
    columns: TrainedColumns | None = None,
) -> CommandFiles:
    return open_files(
        arguments,
        paths,
        need_labels=True,
        multi_label=classifier.multi_label,
        trained_columns=columns,
        note_columns=False,  # `note_data` does
    )


def _read_unlabelled(arguments: argparse.Namespace) -> list[str]:
    if not arguments.unlabelled:
        return []
    more = open_files(arguments, arguments.unlabelled, need_labels=False)
    texts = [row.text for row in more]
    note_bad_rows(arguments, more.bad_rows)
    return texts


def _add_data_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("data")
    group.add_argument(
        "--validation",
        metavar="FILE",
        nargs="+",
        default=[],
        action="extend",
        help="labelled texts to choose the best epoch by; then no part of "
        "DATA is held out",
    )
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
        help="more texts, for vectors of n-grams; labels are not read",
    )


def _make_classifier(
    arguments: argparse.Namespace, replayed: Settings | None
) -> TextClassifier:
    """The classifier of the flags, all of which were checked."""
    settings = read_settings(arguments)
    if arguments.multi_label or arguments.label_columns:
        settings["multi_label"] = True
    if replayed is not None:
        settings = replayed.to_dict() | settings
    preset = arguments.preset
    if preset:
        classifier = TextClassifier.from_preset(preset, **settings)
    else:
        classifier = TextClassifier.from_dict(settings)
    classifier.checked()
    check_tensorboard(classifier, arguments.run_dir)
    vectors = classifier.word_vectors
    if vectors is not None and not Path(vectors).is_file():
        raise FileNotFoundError(f"No word vectors: {vectors} is no file")
    return classifier


def _check_optimizer(
    arguments: argparse.Namespace, classifier: TextClassifier
) -> None:
    if classifier.optimizer not in _COMMON_OPTIMIZERS:
        import_keras(arguments.quiet)  # which knows whether there is such a one
        from han_attention.training.model import make_optimizer

        make_optimizer(classifier, steps_per_epoch=1)


def _describe_validation(classifier: TextClassifier) -> list[str]:
    """Lines about the held-out texts; none if there are none."""
    history = classifier.history_
    training = classifier.predictor_.training
    accuracy = training.get("validation_accuracy")
    if accuracy is None:
        return []
    end = describe_end(history, classifier)
    whole = " of whole sets of labels" if classifier.multi_label else ""
    attention = describe_attention(training)
    if not attention:
        return [f"Validation accuracy {accuracy:.4f}{whole} in {end}"]
    alone = history[find_kept_epoch(history, classifier)]["val_accuracy"]
    return [
        f"Validation accuracy {accuracy:.4f}{whole}, of attention and n-grams",
        f"Attention alone     {alone:.4f} in {end}",
        attention,
    ]


def _to_text(folder: str, classifier: TextClassifier, files: TextFiles) -> str:
    told = classifier.verbose and is_one_log()  # in a line for each epoch
    lines = [] if told else [epoch_table(classifier.history_)]
    lines += _describe_validation(classifier)
    lines.append(f"Model  {folder}")
    command = f"han-attention predict {shlex.quote(folder)}"
    lines.append(f"Try    echo 'a text' | {command}")
    return "\n".join(lines)


def _to_json(folder: str, classifier: TextClassifier, files: TextFiles) -> str:
    epochs = [
        {k: v if math.isfinite(v) else None for k, v in epoch.items()}
        for epoch in classifier.history_
    ]
    training = classifier.predictor_.training
    return to_json(
        {
            "model": folder,
            "classes": classifier.predictor_.class_names,
            "validation_accuracy": training.get("validation_accuracy"),
            "attention_share": training.get("attention_share"),
            "epochs": epochs,
            "bad_rows": files.bad_rows,
            "settings": classifier.to_dict(),
        }
    )
