"""Encoder, attention decoder and embeddings as one model of id sequences."""

from typing import Any

import keras
from keras import ops

from han_attention.ops import mask_from_ids
from han_attention.seq2seq.generation import GeneratingModel
from han_attention.seq2seq.layers.feed_previous import embed_argmax
from han_attention.seq2seq.model_layers import check_settings
from han_attention.seq2seq.model_layers import make_layers
from han_attention.seq2seq.sampled_training import SampledTrainingModel
from han_attention.seq2seq.targets import START_ID
from han_attention.types import Tensor


@keras.saving.register_keras_serializable(package="han_attention")
class AttentionSeq2Seq(SampledTrainingModel, GeneratingModel):
    """Maps a sequence of ids to another, whose decoder looks at the first.

    TensorFlow 1's `embedding_attention_seq2seq`:

        memory, state = encoder(source embedding)
        s_0           = state, or of another size: state W + b
        logits        = AttentionDecoder(target embedding, memory, s_0)

    Ids: 0 is padding, on the right. A target starts with `start_id`, which
    is read and never written, and ends with `end_id`, which is written and
    never read; one symbol can be both, as it is by default: 1, which no text
    holds. For the words a, b the decoder reads 1, a, b and is to write
    a, b, 1: `teacher_forcing` makes the two.

    Args:
        source_vocabulary_size: Positive integer, the number of source ids,
            the padding 0 included.
        target_vocabulary_size: Positive integer, the number of target ids.
        embedding_dim: Size of both embeddings. Defaults to 256.
        rnn_units: Size of each layer and each direction. Defaults to 256.
        num_layers: Layers of the encoder, and of the decoder. Defaults to 1.
        cell: `"lstm"` or `"gru"`. Defaults to `"lstm"`.
        num_heads: Reads of the memory at each step. Defaults to 1.
        attention_units: `attention_units` of the decoder. Defaults to `None`:
            the features of the memory.
        query: `"state"` or `"output"`: see `AttentionDecoder`. Defaults to
            `"state"`.
        bidirectional: Whether the encoder reads in both directions. Defaults
            to `False`.
        reverse_source: Whether the encoder reads from the last word to the
            first. Defaults to `False`.
        dropout: Float in [0, 1), dropout of the embeddings, between the
            layers, and of the decoder's outputs before a tied or sampled
            softmax. Defaults to 0.0.
        num_sampled: Classes that `SampledSoftmax` draws. Defaults to 0: none.
        share_embeddings: Whether both embeddings are one. Defaults to `False`.
        tie_output: Whether the logits are products with the target embedding.
            Defaults to `False`.
        initial_state_attention: See `AttentionDecoder`. Defaults to `False`.
        sampling_probability: Number in [0, 1], how often the decoder reads
            its own last symbol in training. Defaults to 0.0.
        start_id: The id that a target starts with. Defaults to 1.
        end_id: The id that a target ends with. Defaults to 1.
        seed: Integer seed of dropout and sampling. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras model.

    Call arguments:
        inputs: A pair of integer tensors: source (B, S), and what the decoder
            reads, (B, T).
        training: Whether there is dropout and sampling.

    Output:
        Logits (B, T, target_vocabulary_size), float32. In training with
        `num_sampled` the decoder's outputs instead, as `{"hidden": (B, T,
        rnn_units)}`, whose loss `compute_loss` knows; metrics are then those
        of validation only.

    Masking:
        The masks are computed from the ids. Padding changes nothing of what
        is real; the logits of padding mean nothing. They carry the mask of
        the target, which the losses and metrics of Keras heed.

    Raises:
        ValueError: for an argument out of range, or ids of another rank.

    Example:
    >>> import numpy as np
    >>> from han_attention.seq2seq import SequenceLoss, teacher_forcing
    >>> model = AttentionSeq2Seq(50, 60, embedding_dim=8, rnn_units=16)
    >>> source, target = np.array([[3, 9, 4, 0]]), np.array([[5, 7]])
    >>> read, written = teacher_forcing(target)
    >>> tuple(model([source, read]).shape)
    (1, 3, 60)
    >>> model.compile("adam", SequenceLoss())
    >>> _ = model.fit((source, read), written, verbose=0)
    >>> model.generate(source, max_length=5).ids.shape[0]
    1

    Reference:
        Vinyals et al., 2014, Grammar as a Foreign Language,
        https://arxiv.org/abs/1412.7449
    """

    def __init__(
        self,
        source_vocabulary_size: int,
        target_vocabulary_size: int,
        embedding_dim: int = 256,
        rnn_units: int = 256,
        num_layers: int = 1,
        *,
        cell: str = "lstm",
        num_heads: int = 1,
        attention_units: int | None = None,
        query: str = "state",
        bidirectional: bool = False,
        reverse_source: bool = False,
        dropout: float = 0.0,
        num_sampled: int = 0,
        share_embeddings: bool = False,
        tie_output: bool = False,
        initial_state_attention: bool = False,
        sampling_probability: float = 0.0,
        start_id: int = START_ID,
        end_id: int = START_ID,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.settings = {
            "source_vocabulary_size": source_vocabulary_size,
            "target_vocabulary_size": target_vocabulary_size,
            "embedding_dim": embedding_dim,
            "rnn_units": rnn_units,
            "num_layers": num_layers,
            "cell": cell,
            "num_heads": num_heads,
            "attention_units": attention_units,
            "query": query,
            "bidirectional": bidirectional,
            "reverse_source": reverse_source,
            "dropout": dropout,
            "num_sampled": num_sampled,
            "share_embeddings": share_embeddings,
            "tie_output": tie_output,
            "initial_state_attention": initial_state_attention,
            "sampling_probability": sampling_probability,
            "start_id": start_id,
            "end_id": end_id,
            "seed": seed,
        }
        check_settings(self.settings)
        self.start_id, self.end_id = start_id, end_id
        self.sampling_probability = sampling_probability
        for name, layer in make_layers(
            self.settings, self.dtype_policy
        ).items():
            setattr(self, name, layer)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        source, target = inputs
        memory, mask, state = self.encode(source, training)
        target = _ids("target", target)
        feed = None
        if training and self.sampling_probability:
            feed = embed_argmax(self.target_embedding, self.to_logits)
        outputs = self.decoder(
            self.target_dropout(
                self.target_embedding(target), training=training
            ),
            memory,
            state,
            # And no mask for the target: no real step reads the padding on
            # its right, and no loss counts it, so zeros would cost time only.
            memory_mask=mask,
            feed_previous=feed,
            sampling_probability=self.sampling_probability,
            training=training,
        )
        if self.settings["num_sampled"] and training:
            return {"hidden": self.output_dropout(outputs, training=training)}
        logits = self.to_logits(outputs, training)
        return self.attach_mask(logits, mask=mask_from_ids(target))

    def encode(
        self, source: Tensor, training: bool | None = False
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Encode source ids (B, S).

        Returns:
            Memory (B, S, M), its mask (B, S), and the flat state from which
            the decoder starts.
        """
        source = _ids("source", source)
        mask = mask_from_ids(source)
        words = self.source_embedding(source)
        words = self.source_dropout(words, training=training)
        memory, states = self.encoder(words, mask=mask, training=training)
        state = keras.tree.flatten(states)
        for n, bridge in enumerate(self.bridges):
            state[n] = bridge(state[n])
        return memory, mask, state

    def to_logits(
        self, outputs: Tensor, training: bool | None = False
    ) -> Tensor:
        """Logits (..., V) of outputs of the decoder, in float32 or wider."""
        if self.head is not None or self.settings["tie_output"]:
            outputs = self.output_dropout(outputs, training=training)
        if self.head is not None:
            return self.head(outputs)
        dtype = keras.backend.result_type(self.compute_dtype, "float32")
        if self.settings["tie_output"]:
            table = ops.cast(self.target_embedding.embeddings, outputs.dtype)
            outputs = ops.matmul(outputs, ops.transpose(table))
        return ops.cast(outputs, dtype)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | dict(self.settings)


def build_attention_seq2seq(
    source_vocabulary_size: int,
    target_vocabulary_size: int,
    embedding_dim: int = 256,
    rnn_units: int = 256,
    num_layers: int = 1,
    **options: Any,
) -> AttentionSeq2Seq:
    """Build an encoder and an attention decoder, from ids to ids.

    Args:
        source_vocabulary_size: Positive integer, the number of source ids,
            the padding 0 included.
        target_vocabulary_size: Positive integer, the number of target ids.
        embedding_dim: Size of both embeddings. Defaults to 256.
        rnn_units: Size of each layer of encoder and decoder. Defaults to 256.
        num_layers: Layers of the encoder, and of the decoder. Defaults to 1.
        **options: The other arguments of `AttentionSeq2Seq`.

    Returns:
        An uncompiled `AttentionSeq2Seq`.

    Raises:
        ValueError: for an argument out of range.

    Example:
    >>> import numpy as np
    >>> from han_attention.seq2seq import teacher_forcing
    >>> model = build_attention_seq2seq(50, 60, 8, 16, bidirectional=True)
    >>> source = np.array([[3, 9, 4, 0]])
    >>> read, written = teacher_forcing(np.array([[5, 7]]))
    >>> tuple(model([source, read]).shape)
    (1, 3, 60)
    """
    return AttentionSeq2Seq(
        source_vocabulary_size,
        target_vocabulary_size,
        embedding_dim,
        rnn_units,
        num_layers,
        **options,
    )


def _ids(name: str, ids: Tensor) -> Tensor:
    if len(ids.shape) != 2 or ids.shape[1] == 0:
        raise ValueError(
            f"Invalid shape of argument `{name}`. Expected ids (batch, steps) "
            f"with at least one step. Received: {name}.shape={ids.shape}"
        )
    return ops.cast(ids, "int32")
