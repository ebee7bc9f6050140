"""The card of a saved model: what it is, learned from what, how to load it."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han_attention.data.readers.trained_columns import TrainedColumns

MODEL_CARD = "model_card.md"

_SHOWN = (  # of the settings
    "architecture",
    "unit",
    "max_tokens",
    "max_sentences",
    "rnn_units",
    "num_layers",
    "attention_units",
    "num_heads",
    "ngram_range",
    "word_vectors",
    "pretrain_vectors",
    "learning_rate",
    "batch_size",
    "seed",
)
_MOST_CLASSES = 50
_LONGEST = 100  # characters of a date, or a fingerprint
_NO_OTHER_CLASS = """- It knows these classes and no other: a text of none of
  them gets one too, unless thresholds were set (`han-attention tune`), which
  `config.json` has.
"""
_NO_OTHER_LABEL = """- It knows these labels and no other.
"""
_LIMITS = """- Of words that its training texts do not have it sees nothing.
- A probability is an estimate from texts like those of the training; on other
  texts it can be far off. `han-attention evaluate` says how far.
- The words it weighs show what it looked at, not why the world is so.
"""
_LOADING = """```python
from han_attention import {name}

predictor = {name}.load("FOLDER")
predictor.predict(["A text of yours."])
```

```sh
han-attention predict FOLDER texts.csv --output labels.csv
han-attention evaluate FOLDER labelled.csv
```
"""


def make_model_card(
    class_names: Sequence[Any],
    settings: Mapping[str, Any],
    training: Mapping[str, Any],
    exported: bool = False,
    columns: TrainedColumns | None = None,
) -> str:
    """Write what is known of a model as Markdown.

    Args:
        class_names: The label of each class.
        settings: Those of the training; may be empty.
        training: What `Predictor.training` says; may be empty.
        exported: Whether it is an exported model. Defaults to `False`.
        columns: Those of the files it was trained on. Defaults to None: not
            known.

    Example:
    >>> card = make_model_card(["bad", "good"], {}, {"date": "2026-11-27"})
    >>> print(card[:51])
    # Text classifier of 2 classes
    <BLANKLINE>
    Trained on 2026-11-
    """
    multi_label = bool(settings.get("multi_label"))
    sections = {
        "Data": _describe_data(training, columns),
        "Classes": _describe_classes(class_names, training),
        "Scores": _describe_scores(training, multi_label),
        "Settings": _describe_settings(settings),
        "Limits": (_NO_OTHER_LABEL if multi_label else _NO_OTHER_CLASS)
        + _LIMITS,
        "How to load it": _LOADING.format(
            name="OnnxPredictor" if exported else "Predictor"
        ),
    }
    date = training.get("date")
    lines = [f"# Text classifier of {len(class_names)} classes"]
    if date:
        lines.append(f"Trained on {date} with han_attention.")
    for title, content in sections.items():
        lines += [f"## {title}", content.strip() or "Not noted."]
    return "\n\n".join(lines) + "\n"


def write_model_card(
    folder: Path, class_names: Sequence[Any], notes: Mapping[str, Any]
) -> None:
    """Write the card of a saved model into its folder."""
    card = make_model_card(
        class_names,
        notes.get("settings") or {},
        notes.get("training") or {},
        exported="format" in notes,
        columns=TrainedColumns.from_dict(notes.get("columns")),
    )
    (folder / MODEL_CARD).write_text(
        card, encoding="utf-8", errors="backslashreplace"
    )


def check_training(training: Any) -> dict[str, Any]:
    """What a file says of a training, without what can be none of it.

    Example:
    >>> check_training({"date": "2026-11-27", "data": 3, "other": [1]})
    {'date': '2026-11-27'}
    """
    if not isinstance(training, Mapping):
        return {}
    found: dict[str, Any] = {}
    for name in ("date", "data", "validation_data"):
        value = training.get(name)
        if isinstance(value, str) and len(value) <= _LONGEST:
            found[name] = value
    for name in ("train_examples", "validation_examples", "shared_examples"):
        if isinstance(training.get(name), int):
            found[name] = training[name]
    counts = training.get("class_counts")
    if isinstance(counts, list) and all(isinstance(n, int) for n in counts):
        found["class_counts"] = counts
    for name in ("validation_accuracy", "attention_share"):
        share = training.get(name)
        if isinstance(share, float) and 0 <= share <= 1:
            found[name] = share
    scores = training.get("scores")
    if isinstance(scores, Mapping):
        found["scores"] = {
            name: value
            for name, value in scores.items()
            if isinstance(value, int | float)
        }
    return found


def describe_accuracy(
    training: Mapping[str, Any], multi_label: bool = False
) -> str:
    """The accuracy on held-out texts, or "" if none is known.

    Of several labels it is that of whole sets.

    Example:
    >>> known = {"validation_accuracy": 0.9312, "validation_examples": 1504}
    >>> describe_accuracy(known)
    'accuracy 93.1 % on 1,504 held-out texts'
    """
    accuracy = training.get("validation_accuracy")
    if accuracy is None:
        return ""
    share = f"{accuracy:.1%}".replace("%", " %")
    number = training.get("validation_examples")
    texts = "held-out texts" if number is None else f"{number:,} held-out texts"
    if shared := training.get("shared_examples"):
        texts += f", {shared:,} of them in the training"
    whole = " of whole sets of labels" if multi_label else ""
    return f"accuracy {share}{whole} on {texts}"


def has_no_attention(training: Mapping[str, Any]) -> bool:
    """Whether the n-grams alone decide, as far as it is known."""
    share: float = training.get("attention_share", 1.0)
    return share < 0.01


def describe_attention(training: Mapping[str, Any]) -> str:
    """What the attention has to say beside n-grams, or "" if not known.

    Example:
    >>> describe_attention({"attention_share": 0.194})
    'The attention has 19 % of the say, the n-grams the rest'
    """
    share = training.get("attention_share")
    if share is None:
        return ""
    if has_no_attention(training):
        return (
            "The n-grams decide alone: the attention adds nothing here, and "
            "its weights say nothing of the predictions. The preset faithful "
            "trains attention that decides"
        )
    say = f"{100 * share:.0f} % of the say"
    return f"The attention has {say}, the n-grams the rest"


def describe_model(
    name: str, training: Mapping[str, Any], multi_label: bool = False
) -> str:
    """A model's name, and in a second line its date and accuracy.

    Example:
    >>> describe_model("m", {"date": "2026-11-27"})
    'm\\ntrained on 2026-11-27'
    """
    date = training.get("date")
    accuracy = describe_accuracy(training, multi_label)
    trained = f"trained on {date}" if date else ""
    details = ", ".join(filter(None, [trained, accuracy]))
    return f"{name}\n{details}" if details else str(name)


def _describe_data(
    training: Mapping[str, Any], columns: TrainedColumns | None
) -> str:
    lines = []
    if columns is not None:
        lines.append(f"- {_name_columns('texts', columns.text)}")
        if columns.text[1:]:
            lines[0] += ", joined by line ends"
        if columns.label is not None:
            lines.append(f"- {_name_columns('labels', columns.label)}")
    if number := training.get("train_examples"):
        lines.append(f"- {number:,} texts to learn from")
    if number := training.get("validation_examples"):
        lines.append(f"- {number:,} texts held out to choose the best epoch by")
    if number := training.get("shared_examples"):
        lines.append(
            f"- {number:,} of those held out are also texts to learn from: the "
            "scores on them say nothing of others"
        )
    if fingerprint := training.get("data"):
        lines.append(f"- fingerprint of texts and labels: `{fingerprint}`")
    return "\n".join(lines)


def _describe_classes(
    class_names: Sequence[Any], training: Mapping[str, Any]
) -> str:
    counts = training.get("class_counts") or []
    known = len(counts) == len(class_names)
    rows = ["| class | texts |", "|---|---|"]
    for n, name in enumerate(class_names[:_MOST_CLASSES]):
        rows.append(f"| {_escape(name)} | {counts[n] if known else '?'} |")
    if len(class_names) > _MOST_CLASSES:
        rows.append(f"| and {len(class_names) - _MOST_CLASSES} more | |")
    return "\n".join(rows)


def _describe_scores(training: Mapping[str, Any], multi_label: bool) -> str:
    scores = training.get("scores") or {}
    lines = [
        f"- {name}: {value:.4f}"
        for name, value in scores.items()
        if isinstance(value, float) and name.startswith("val_")
    ]
    share = training.get("attention_share")
    if lines:
        epoch = scores.get("epoch")
        whose = "it" if share is None else "the attention alone"
        lines = [f"Of {whose} after epoch {epoch}:", "", *lines]
    if whole := describe_accuracy(training, multi_label):
        lines = [f"The model: {whole}.", "", *lines]
    if share is not None:
        lines += ["", f"{describe_attention(training)}."]
    return "\n".join(lines)


def _describe_settings(settings: Mapping[str, Any]) -> str:
    lines = [
        f"- `{name}`: {settings[name]}" for name in _SHOWN if name in settings
    ]
    return "\n".join(lines)


def _name_columns(kind: str, columns: str | Sequence[str]) -> str:
    """Where the texts, or the labels, stand in a file."""
    several = (columns,) if isinstance(columns, str) else columns
    listed = ", ".join(map(_escape, several))
    return f"{kind}: column{'s' * (len(several) > 1)} {listed}"


def _escape(name: Any) -> str:
    """A label that stays in its cell, whatever is in it."""
    text = " ".join(str(name).split())
    for sign in "\\|`*_<>[]":
        text = text.replace(sign, f"\\{sign}")
    return text
