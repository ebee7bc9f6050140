"""All settings, each said once: its type, its default, its help, its check.

`TextClassifier` is made of these fields, and so are the flags of the command
line: a new setting is a field here, and the place where it is used.
"""

import dataclasses
import json
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import NoneType
from typing import Any
from typing import Literal
from typing import Self
from typing import get_args
from typing import get_origin

from han_attention.presets import PRESETS
from han_attention.validation import check_boolean
from han_attention.validation import check_choice
from han_attention.validation import check_class_weight
from han_attention.validation import check_integer
from han_attention.validation import check_ngram_range
from han_attention.validation import check_optimizer
from han_attention.validation import check_positive_integer
from han_attention.validation import check_positive_number
from han_attention.validation import check_rate
from han_attention.validation import check_text


def _setting(
    default: Any,
    description: str,
    check: Callable[..., Any] | None = None,
    **limits: Any,
) -> Any:
    """A field; without a check, its type says what it can be."""
    check = None if check is None else partial(check, **limits)
    metadata = {"help": description, "check": check}
    return dataclasses.field(default=default, metadata=metadata)


_size = partial(_setting, check=check_positive_integer)
_rate = partial(_setting, check=check_rate)
_number = partial(_setting, check=check_positive_number)
_Precision = Literal["float32", "float16", "bfloat16", "auto"]


@dataclass(kw_only=True, eq=False, repr=False)
class Settings:
    """What a training is to be like; `TextClassifier` has the same arguments.

    As in scikit-learn the values are kept as they are given, and checked when
    they are used: see `checked`.

    Example:
    >>> Settings(epochs=5).checked().epochs
    5
    >>> Settings.from_preset("imdb", seed=1).rnn_units
    150
    """

    architecture: Literal["flat", "hierarchical"] = _setting(
        "flat", "flat: one sequence of words; hierarchical: sentences of words"
    )
    multi_label: bool = _setting(
        False, "a text can have several labels at once"
    )
    class_weight: Literal["balanced"] | Mapping[Any, float] | None = _setting(
        None,
        "balanced: rare classes count as much as frequent ones; in Python "
        "also a dictionary from a label to its weight",
        check_class_weight,
    )
    unit: Literal["auto", "words", "characters", "subwords"] = _setting(
        "auto", "what gets an id; auto: subwords where no spaces part words"
    )
    normalization: Literal["words", "keras"] = _setting(
        "words", "what a word is; keras: as its Tokenizer had it"
    )
    vocabulary_size: int = _setting(
        40_000, "ids, the 3 special included", check_integer, least=4
    )
    min_word_count: int = _size(1, "words seen less often have no id")
    max_tokens: int = _size(1_000, "longer texts are cut to this many (flat)")
    max_sentences: int = _size(
        30, "longer documents are cut to this many (hierarchical)"
    )
    max_sentence_tokens: int = _size(
        50, "longer sentences are cut to this many (hierarchical)"
    )
    long_sentences: Literal["cut", "split"] = _setting(
        "cut", "split: into shorter ones, so that no word is lost"
    )
    truncation: Literal["start", "end", "both"] = _setting(
        "start", "what is left of a longer text; both: half of each end"
    )
    word_vectors: str | None = _setting(
        None, "file of GloVe, word2vec, fastText, floret or .npz", check_text
    )
    allow_truncated: bool = _setting(
        False, "take the word vectors of a file that is shorter than it says"
    )
    pretrain_vectors: bool = _setting(
        False,
        "start from vectors trained on the texts, unlabelled ones included; "
        "several threads do it, so a seed does not repeat it",
    )
    frozen_epochs: int = _setting(
        0, "epochs in which the word vectors stay", check_integer, least=0
    )
    embedding_dim: int = _size(100, "size of the word vectors")
    embedding_range: float = _number(
        0.05, "word vectors start uniform in plus or minus this"
    )
    rnn_units: int = _size(64, "size of each direction of the BiGRU")
    num_layers: int = _size(1, "layers of the BiGRU")
    cell: Literal["gru", "lstm", "none"] = _setting(
        "gru", "of the BiGRU; none: attention over the word vectors alone"
    )
    attention_units: int = _size(64, "hidden size of the attention")
    pooling: Literal["attention", "mean", "max"] = _setting(
        "attention", "mean and max are hierarchical only, to compare with"
    )
    num_heads: int = _size(1, "context vectors of the attention")
    normalizer: Literal["softmax", "sparsemax"] = _setting(
        "softmax", "what makes weights of the scores of the attention"
    )
    attention_dropout: float = _rate(0.0, "dropout of the attention weights")
    attention_stddev: float = _number(
        0.1, "attention weights start normal with this deviation"
    )
    include_embedding: bool = _setting(
        True, "let the attention pool the word vectors too"
    )
    embedding_dropout: float = _rate(0.3, "dropout of the word vectors")
    dropout: float = _rate(0.5, "dropout before the output")
    output_stddev: float = _number(
        0.1, "output weights start truncated normal with this deviation"
    )
    ngram_range: tuple[int, int] | None = _setting(
        (1, 3),
        "lengths of the shortest and the longest n-grams that add to the "
        "logits what they say by themselves; none: none do",
        check_ngram_range,
    )
    num_ngram_buckets: int | None = _size(
        None, "rows of the hashed table of n-grams; if not given, as needed"
    )
    optimizer: Any = _setting(
        "adam",
        "name of a Keras optimizer; sgd has a momentum of 0.9; in Python also "
        "an optimizer, whose own learning rate is used",
        check_optimizer,
    )
    learning_rate: float = _number(0.002, "of the optimizer")
    learning_rate_schedule: Literal["constant", "cosine"] = _setting(
        "constant", "cosine: down to 0 over all epochs"
    )
    batch_size: int = _size(32, "texts in a batch")
    epochs: int = _size(20, "times through the training texts, at most")
    patience: int | None = _setting(
        3,
        "stop after so many epochs without a better `monitor`, and go back to "
        "the best; only where there are validation texts",
        check_positive_integer,
    )
    monitor: Literal[
        "auto", "val_accuracy", "val_balanced_accuracy", "val_loss"
    ] = _setting(
        "auto",
        "what the best epoch is best in; auto: val_accuracy, of several labels "
        "val_loss, with class_weight val_balanced_accuracy",
    )
    validation_fraction: float = _rate(
        0.1, "fraction of the training texts held out; with 0 none is"
    )
    warm_start: bool = _setting(
        False, "fit goes on with the model of the fit before, not anew"
    )
    precision: _Precision | None = _setting(
        None,
        "of all but the weights; auto: bfloat16 where that is faster",
    )
    distribute: Literal["auto", "mirrored", "data-parallel"] | None = _setting(
        None,
        "over all GPUs of this machine; auto: mirrored on TensorFlow, "
        "data-parallel on JAX",
    )
    checkpoint_minutes: float = _number(
        5.0,
        "between two checkpoints within an epoch of a run folder, at least; "
        "they are rarer if they took more than 3 percent of the time",
    )
    tensorboard: bool = _setting(
        False, "log to the run folder what TensorBoard shows"
    )
    seed: int | None = _setting(
        None,
        "repeats a run bit for bit on CPU; drawn if not given",
        check_integer,
        least=0,
        most=2**32 - 1,
    )
    verbose: bool = _setting(True, "progress bars, or lines in a log")

    @classmethod
    def from_preset(cls, name: str, **changes: Any) -> Self:
        """The settings of a preset, such as `"accurate"`, some changed."""
        check_choice("preset", name, PRESETS)
        return cls(**PRESETS[name] | changes)

    def checked(self) -> "Settings":
        """A copy of which every value was checked; NumPy's become plain.

        Raises:
            ValueError: for a value out of range, or two that exclude another.
        """
        values = {
            each.name: check_setting(each.name, getattr(self, each.name))
            for each in dataclasses.fields(Settings)
        }
        if self.architecture == "flat" and self.pooling != "attention":
            raise ValueError(
                "Invalid value for argument `pooling`. Expected 'attention' "
                f"with architecture='flat'. Received: pooling={self.pooling!r}"
            )
        if self.word_vectors is not None and self.pretrain_vectors:
            raise ValueError(
                "Invalid value for argument `pretrain_vectors`. Expected "
                "either it or `word_vectors`. Received: both"
            )
        return Settings(**values)

    def to_dict(self) -> dict[str, Any]:
        """All settings as JSON can hold them."""
        values = {
            each.name: getattr(self, each.name)
            for each in dataclasses.fields(Settings)
        }
        if isinstance(self.class_weight, Mapping):  # labels may be numbers
            values["class_weight"] = list(map(list, self.class_weight.items()))
        if self.ngram_range is not None:
            values["ngram_range"] = list(self.ngram_range)
        if hasattr(self.optimizer, "get_config"):
            values["optimizer"] = {
                "class_name": type(self.optimizer).__name__,
                "config": self.optimizer.get_config(),
            }
        return values

    @classmethod
    def from_dict(cls, values: Any) -> Self:
        """Read what `to_dict` wrote; an unknown setting is an error."""
        if not isinstance(values, dict):
            raise ValueError("Expected a JSON object of settings")
        values = dict(values)
        if values.pop("mixed_precision", False):  # its name before
            values["precision"] = "float16"
        unknown = set(values) - set(SETTINGS)
        if unknown:
            raise ValueError(f"Unknown settings: {sorted(unknown)}")
        if isinstance(weights := values.get("class_weight"), list):
            values = values | {"class_weight": dict(weights)}
        if isinstance(lengths := values.get("ngram_range"), list):
            values = values | {"ngram_range": tuple(lengths)}
        return cls(**values)

    def to_json(self) -> str:
        """All settings as a JSON object."""
        return json.dumps(self.to_dict(), indent=2, default=float)


SETTINGS = {each.name: each for each in dataclasses.fields(Settings)}


def check_setting(name: str, value: Any) -> Any:
    """Return the value of a setting as a plain one, if it can be one.

    Raises:
        ValueError: if it cannot.
    """
    kind, check = SETTINGS[name].type, SETTINGS[name].metadata["check"]
    if value is None and NoneType in get_args(kind):
        return None
    if check is not None:
        return check(name, value)
    if kind is bool:
        return check_boolean(name, value)
    return check_choice(name, value, list_choices(name))


def list_choices(name: str) -> tuple[str, ...]:
    """The words that a setting can be, if it is one of a few; else ()."""
    kind = SETTINGS[name].type
    kinds = (kind, *get_args(kind))
    literals = [each for each in kinds if get_origin(each) is Literal]
    return get_args(literals[0]) if literals else ()
