"""Weights of words and phrases: a row of a table for each n-gram of a text."""

from typing import Any

import keras
from keras import ops

from han_attention.layers.ngram_buckets import all_ngram_buckets
from han_attention.layers.ngram_buckets import check_rank
from han_attention.layers.ngram_buckets import count_places
from han_attention.layers.ngram_buckets import weigh_occurrences
from han_attention.layers.ngram_buckets import weigh_repeated
from han_attention.layers.ngram_rows import NOBODY
from han_attention.layers.ngram_rows import place_rows
from han_attention.layers.ngram_rows import take_rows
from han_attention.ops import mask_from_ids
from han_attention.text.ngrams import NUM_NGRAMS
from han_attention.text.ngrams import check_num_buckets
from han_attention.text.ngrams import make_count_weights
from han_attention.types import ConstraintLike
from han_attention.types import InitializerLike
from han_attention.types import RegularizerLike
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_boolean
from han_attention.validation import check_choice
from han_attention.validation import check_float_policy
from han_attention.validation import check_integer
from han_attention.validation import check_mask_shape
from han_attention.validation import check_ngram_range
from han_attention.validation import check_positive_integer
from han_attention.validation import check_rate


@keras.saving.register_keras_serializable(package="han_attention")
class NGramEmbeddingBag(keras.layers.Layer):
    """Sums a row of a table for each n-gram of a text.

        y = sum over the n-grams g of the text of E[bucket(g)]

    and with `combiner="sqrtn"` this divided by the root of what they count, so
    that long texts are not louder. It is linear in the n-grams: with `units`
    logits a row says what the phrase adds to each. The bucket is computed
    from the ids, so there is no vocabulary of n-grams; those that share a
    bucket share a row (see `ngram_buckets`), unless a row is `exclusive`. It
    is to n-grams what `EmbeddingBag` of PyTorch is to words.

    Args:
        units: Positive integer, the size of a row.
        ngram_range: Pair of integers, the length of the shortest and of the
            longest n-grams, in ids. Defaults to `(1, 3)`.
        num_buckets: Positive integer, the number of rows. Defaults to
            1,048,576.
        vocabulary_size: Ids below it have a row each that longer n-grams do
            not share; it is below `num_buckets`. Defaults to 0: none has.
        binary: Whether an n-gram counts once in a text, however often it
            occurs. Defaults to `True`.
        sublinear_tf: Whether one that occurs c times counts
            1 + log(min(c, 8)), not c, without `binary`. Defaults to `False`.
        combiner: `"sum"` or `"sqrtn"`. Defaults to `"sum"`.
        exclusive: Whether a row can be of one n-gram, to whose bucket others
            add nothing. `assign_rows` says which has one; a row that none has
            is shared. Defaults to `False`.
        dropout: Float in [0, 1], the fraction of the n-grams dropped in
            training. With 1 all are: what adds to the same logits learns by
            itself. Defaults to `0.0`.
        embeddings_initializer: Initializer of the table. Defaults to
            `"zeros"`: what was never seen says nothing.
        embeddings_regularizer: Regularizer of the table. Defaults to `None`.
        embeddings_constraint: Constraint of the table. Defaults to `None`.
        seed: Integer seed of the dropout. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        ids: Integer tensor (B, T), or (B, S, T) of sentences: no n-gram
            spans two of them.
        mask: Boolean tensor of the shape of `ids`, True = real. Any pattern
            of True and False is right. Defaults to `None`: `ids != 0`.
        return_contributions: Whether to return what each n-gram adds too.
            Defaults to `False`.
        training: Whether dropout is applied.

    Output:
        (B, units). With `return_contributions=True` a tuple of that and what
        the n-grams of each of the N lengths add that start at each id,
        (B, T, N, units) or (B, S, T, N, units), before dropout; their sum is
        the output. The occurrences of an n-gram, and of those in the same
        bucket, have equal parts.

    Masking:
        An n-gram spans no masked id. What lies under the mask changes
        nothing. A text with nothing real gives a zero vector. The output
        carries no mask.

    Raises:
        ValueError: for an argument out of range, a quantized `dtype`, ids of
            another rank, or a mask whose shape does not fit.

    Example:
    >>> import keras
    >>> import numpy as np
    >>> layer = NGramEmbeddingBag(
    ...     1, ngram_range=(1, 2), embeddings_initializer="ones"
    ... )
    >>> ids = np.array([[7, 5, 9, 0], [7, 7, 7, 0]])  # 3 + 2, 1 + 1 n-grams
    >>> keras.ops.convert_to_numpy(layer(ids)).tolist()
    [[5.0], [2.0]]
    >>> _, added = layer(ids, return_contributions=True)
    >>> tuple(added.shape)
    (2, 4, 2, 1)

    Reference:
        Weinberger et al., 2009, https://arxiv.org/abs/0902.2206; Joulin et
        al., 2017, https://aclanthology.org/E17-2068/
    """

    def __init__(
        self,
        units: int,
        ngram_range: tuple[int, int] = (1, 3),
        num_buckets: int = 2**20,
        vocabulary_size: int = 0,
        binary: bool = True,
        sublinear_tf: bool = False,
        combiner: str = "sum",
        exclusive: bool = False,
        dropout: float = 0.0,
        embeddings_initializer: InitializerLike = "zeros",
        embeddings_regularizer: RegularizerLike = None,
        embeddings_constraint: ConstraintLike = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)  # ids are not rounded
        check_float_policy(self)
        self.units = check_positive_integer("units", units)
        self.ngram_range = check_ngram_range("ngram_range", ngram_range)
        self.vocabulary_size = check_integer(
            "vocabulary_size", vocabulary_size, 0
        )
        self.num_buckets = check_num_buckets(
            "num_buckets", num_buckets, self.vocabulary_size, units
        )
        self.binary, self.sublinear_tf = binary, sublinear_tf
        self.count_weights = make_count_weights(binary, sublinear_tf)
        self.combiner = check_choice("combiner", combiner, ("sum", "sqrtn"))
        self.exclusive = check_boolean("exclusive", exclusive)
        # What stands for no n-gram: a number above that of each.
        self.sentinel = NUM_NGRAMS if exclusive else self.num_buckets
        self.dropout = 1.0 if dropout == 1 else check_rate("dropout", dropout)
        self.embeddings_initializer = keras.initializers.get(
            embeddings_initializer
        )
        self.embeddings_regularizer = keras.regularizers.get(
            embeddings_regularizer
        )
        self.embeddings_constraint = keras.constraints.get(
            embeddings_constraint
        )
        self.seed = seed
        if 0 < self.dropout < 1:
            self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Shape) -> None:
        check_rank(input_shape)
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.num_buckets, self.units),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        if self.exclusive:
            self.owners = self.add_weight(
                name="owners",
                shape=(self.num_buckets,),
                initializer=keras.initializers.Constant(NOBODY),
                dtype="int32",
                trainable=False,
            )

    def assign_rows(self, ngrams: Any, rows: Any) -> None:
        """Give n-grams a row each; the rows that none has become zeros.

        Args:
            ngrams: Integer array (G,) of `ngram_buckets` with
                `num_buckets=NUM_NGRAMS`, each in another bucket.
            rows: (G, units) what each adds.

        Raises:
            ValueError: without `exclusive`, or for two n-grams in a bucket.
        """
        if not self.exclusive:
            raise ValueError("`assign_rows` needs a layer with exclusive=True")
        table, owners = place_rows(
            ngrams, rows, self.num_buckets, self.vocabulary_size
        )
        self.embeddings.assign(table)
        self.owners.assign(owners)

    def call(
        self,
        ids: Tensor,
        mask: Tensor | None = None,
        return_contributions: bool = False,
        training: bool | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:
        check_mask_shape(mask, ids.shape)
        ids = ops.cast(ids, "int32")
        mask = mask_from_ids(ids) if mask is None else ops.cast(mask, "bool")
        buckets, found = all_ngram_buckets(
            ids,
            mask,
            self.ngram_range,
            self.sentinel,
            self.vocabulary_size,
        )
        each = ops.where(found, buckets, self.sentinel)
        each = ops.reshape(each, (ops.shape(ids)[0], count_places(buckets)))
        outputs = self._sum(each, training)
        if not return_contributions:
            return outputs
        weights = weigh_occurrences(each, self.count_weights, self.sentinel)
        weights = weights * self._scale(weights)
        added = ops.expand_dims(weights, -1) * self._rows(each)
        shape = (*ops.shape(buckets), self.units)
        return outputs, ops.cast(ops.reshape(added, shape), self.compute_dtype)

    def compute_mask(self, ids: Tensor, previous_mask: Any = None) -> None:
        return None

    def compute_output_spec(
        self,
        ids: Any,
        mask: Any = None,
        return_contributions: bool = False,
        training: bool | None = None,
    ) -> Any:
        check_mask_shape(mask, ids.shape)
        shape = self.compute_output_shape(ids.shape)
        outputs = keras.KerasTensor(shape, self.compute_dtype)
        if not return_contributions:
            return outputs
        shortest, longest = self.ngram_range
        shape = (*ids.shape, longest - shortest + 1, self.units)
        return outputs, keras.KerasTensor(shape, self.compute_dtype)

    def compute_output_shape(self, input_shape: Shape) -> tuple[Any, ...]:
        check_rank(input_shape)
        return (input_shape[0], self.units)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config() | {
            "units": self.units,
            "ngram_range": self.ngram_range,
            "num_buckets": self.num_buckets,
            "vocabulary_size": self.vocabulary_size,
            "binary": self.binary,
            "sublinear_tf": self.sublinear_tf,
            "combiner": self.combiner,
            "exclusive": self.exclusive,
            "dropout": self.dropout,
            "seed": self.seed,
        }
        for kind in ("initializer", "regularizer", "constraint"):
            module = getattr(keras, f"{kind}s")
            name = f"embeddings_{kind}"
            config[name] = module.serialize(getattr(self, name))
        return config

    def _sum(self, each: Tensor, training: bool | None) -> Tensor:
        """The sum of the rows of each text: buckets (B, K) to (B, units)."""
        if training and self.dropout == 1:  # nothing is looked up for zeros
            return ops.zeros(
                (ops.shape(each)[0], self.units), self.compute_dtype
            )
        each, weights = weigh_repeated(each, self.count_weights, self.sentinel)
        weights = weights * self._scale(weights)
        if training and self.dropout > 0:
            weights = keras.random.dropout(
                weights, self.dropout, seed=self.seed_generator
            )
        added = ops.expand_dims(weights, -1) * self._rows(each)
        return ops.cast(ops.sum(added, axis=1), self.compute_dtype)

    def _scale(self, weights: Tensor) -> Any:
        """What the sum over (B, K) is multiplied by: (B, 1), or 1."""
        if self.combiner == "sum":
            return 1.0
        number = ops.sum(weights, axis=1, keepdims=True)
        return ops.rsqrt(ops.maximum(number, 1.0))

    def _rows(self, each: Tensor) -> Tensor:
        # The sum is of float32, however many small numbers there are.
        if not self.exclusive:
            each = ops.minimum(each, self.num_buckets - 1)
            return ops.cast(ops.take(self.embeddings, each, axis=0), "float32")
        return take_rows(
            self.embeddings, self.owners, each, self.vocabulary_size
        )
