"""What a trained run leaves behind: tokenizer, model and class names."""

import json
from collections.abc import Iterator
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

import han_attention
from han_attention.files import replace_when_written
from han_attention.text.encoding import EncodedTexts
from han_attention.text.encoding import bucket_by_length
from han_attention.text.encoding import check_ids
from han_attention.text.encoding import encode_texts
from han_attention.text.tokenizer import Tokenizer

FORMAT_VERSION = 1
_FILES = ("model.keras", "tokenizer.json", "config.json")


class Predictor:
    """Predicts classes for texts with a trained model.

    Args:
        model: A `keras.Model` from ids to logits, as the builders make.
        tokenizer: Gives the ids.
        class_names: The name of each class, in the order of the logits.
        max_tokens: Longer texts are cut to their first tokens. Defaults to
            None: nothing is cut.

    Example:
    >>> from han_attention import build_classifier
    >>> tokenizer = Tokenizer.train(["a fine film", "a dull film"])
    >>> model = build_classifier(len(tokenizer))
    >>> predictor = Predictor(model, tokenizer, ["bad", "good"])
    >>> predictor.predict_proba(["a fine film", "a film"]).shape
    (2, 2)
    """

    def __init__(
        self,
        model: keras.Model,
        tokenizer: Tokenizer,
        class_names: Sequence[str],
        max_tokens: int | None = None,
    ) -> None:
        num_logits = model.output.shape[-1]
        expected = 1 if len(class_names) == 2 else len(class_names)
        if num_logits != expected:
            raise ValueError(
                "Invalid value for argument `class_names`. Expected names "
                f"for {num_logits} logits (2 names for 1). Received: "
                f"class_names={list(class_names)}"
            )
        self.model = model
        self.tokenizer = tokenizer
        self.class_names = tuple(class_names)
        self.max_tokens = max_tokens

    @cached_property
    def attention_model(self) -> keras.Model:
        """The model with a second output, the attention weights."""
        attention = self.model.get_layer("attention").output[1]
        return keras.Model(self.model.input, [self.model.output, attention])

    def encode(
        self, texts: Sequence[str], return_spans: bool = False
    ) -> EncodedTexts:
        """The ids the model sees for some texts."""
        if isinstance(texts, str):
            raise TypeError(
                "Expected a list of texts. Received one text: put it in a list."
            )
        return encode_texts(
            self.tokenizer,
            texts,
            max_tokens=self.max_tokens,
            return_spans=return_spans,
        )

    def predict_proba(
        self, texts: Sequence[str], batch_size: int = 64
    ) -> NDArray[np.float32]:
        """Probability of each class for each text: (N, classes)."""
        encoded = self.encode(texts)
        logits = np.zeros((len(encoded), self.model.output.shape[-1]))
        for rows, outputs in run_in_buckets(self.model, encoded, batch_size):
            logits[rows] = outputs
        return probabilities(logits)

    def predict(self, texts: Sequence[str], batch_size: int = 64) -> list[str]:
        """Name of the most probable class of each text."""
        classes = self.predict_proba(texts, batch_size).argmax(axis=-1)
        return [self.class_names[n] for n in classes]

    def save(self, folder: str | Path) -> None:
        """Write `model.keras`, `tokenizer.json` and `config.json`.

        The folder is replaced as a whole, or, if writing fails, not at all.
        """
        config = {
            "format_version": FORMAT_VERSION,
            "han_attention": han_attention.__version__,
            "keras": keras.version(),
            "class_names": self.class_names,
            "max_tokens": self.max_tokens,
        }
        with replace_when_written(folder) as temporary:
            temporary.mkdir()
            self.model.save(temporary / "model.keras")
            self.tokenizer.save(temporary / "tokenizer.json")
            (temporary / "config.json").write_text(
                json.dumps(config, indent=2), encoding="utf-8"
            )

    @classmethod
    def load(cls, folder: str | Path) -> "Predictor":
        """Read what `save` wrote, on any backend.

        Raises:
            FileNotFoundError: if the folder or one of its files is missing.
            ValueError: if a file is damaged, or of a newer version.
        """
        folder = Path(folder)
        for name in _FILES:
            if not (folder / name).is_file():
                raise FileNotFoundError(f"No model: {folder / name} is missing")
        config = _read_config(folder / "config.json")
        return cls(
            keras.models.load_model(folder / "model.keras", compile=False),
            Tokenizer.load(folder / "tokenizer.json"),
            config["class_names"],
            config["max_tokens"],
        )


def run_in_buckets(
    model: keras.Model, encoded: EncodedTexts, batch_size: int
) -> Iterator[tuple[NDArray[np.int64], Any]]:
    """Run a model over texts in batches of like length.

    Yields:
        The row numbers of a batch, and the model's outputs for it in NumPy.

    Raises:
        ValueError: for an id outside the vocabulary of the model.
    """
    check_ids(encoded.ids, model.get_layer("embedding").input_dim)
    for rows in bucket_by_length(encoded.lengths, batch_size):
        ids = encoded.padded(rows, length_multiple())
        yield rows, model.predict_on_batch(ids)


def length_multiple() -> int:
    """To what the length of a batch is rounded up on this backend.

    JAX compiles anew for every shape, so it gets few of them.
    """
    return 32 if keras.backend.backend() == "jax" else 1


def probabilities(logits: NDArray[Any]) -> NDArray[np.float32]:
    """Turn logits (N, 1) or (N, C) into probabilities (N, 2) or (N, C)."""
    logits = np.asarray(logits, "float64")
    if logits.shape[-1] == 1:
        # Two classes: softmax of (0, logit) is the sigmoid of the logit.
        logits = np.concatenate([np.zeros_like(logits), logits], axis=-1)
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares.astype("float32")


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        version = config["format_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"Damaged model: cannot read {path}") from error
    if version > FORMAT_VERSION:
        raise ValueError(
            f"The model in {path.parent} was written by han_attention "
            f"{config.get('han_attention')}, which is newer. Upgrade "
            f"han_attention (this is {han_attention.__version__})."
        )
    return config
