"""The layers of `AttentionSeq2Seq`, made and built from its settings."""

from typing import Any

import keras

from han_attention.seq2seq.layers.attach_mask import AttachMask
from han_attention.seq2seq.layers.attention_decoder import AttentionDecoder
from han_attention.seq2seq.layers.rnn_cell import state_sizes
from han_attention.seq2seq.layers.sampled_softmax import SampledSoftmax
from han_attention.seq2seq.layers.sequence_encoder import SequenceEncoder
from han_attention.seq2seq.layers.sequence_encoder import another_seed
from han_attention.validation import check_boolean
from han_attention.validation import check_choice
from han_attention.validation import check_integer
from han_attention.validation import check_positive_integer
from han_attention.validation import check_rate

Settings = dict[str, Any]


def check_settings(settings: Settings) -> None:
    """Raise a ValueError unless the settings make a model."""
    for name in (
        "source_vocabulary_size",
        "target_vocabulary_size",
        "embedding_dim",
        "rnn_units",
        "num_layers",
    ):
        check_positive_integer(name, settings[name])
    for name in (
        "bidirectional",
        "reverse_source",
        "share_embeddings",
        "tie_output",
        "initial_state_attention",
    ):
        check_boolean(name, settings[name])
    size = settings["target_vocabulary_size"]
    check_choice("cell", settings["cell"], ("lstm", "gru"))
    check_rate("dropout", settings["dropout"])
    check_integer("num_sampled", settings["num_sampled"], 0, size)
    check_integer("start_id", settings["start_id"], 1, size - 1)
    check_integer("end_id", settings["end_id"], 1, size - 1)
    if settings["sampling_probability"] != 1:
        check_rate("sampling_probability", settings["sampling_probability"])
    if settings["tie_output"] and settings["num_sampled"]:
        raise ValueError(
            "Invalid value for argument `tie_output`. Expected False with "
            "`num_sampled`, whose softmax has its own weights. Received: "
            "tie_output=True"
        )
    if settings["share_embeddings"] and (
        settings["source_vocabulary_size"] != size
    ):
        raise ValueError(
            "Invalid value for argument `share_embeddings`. Expected False "
            "for vocabularies of different sizes. Received: "
            "share_embeddings=True"
        )


def make_layers(settings: Settings, dtype: Any) -> dict[str, Any]:
    """Every layer of the model, built, by the name of its attribute."""
    units, width = settings["rnn_units"], settings["embedding_dim"]
    seed, rate = settings["seed"], settings["dropout"]

    def embedding(side: str) -> keras.layers.Layer:
        layer = keras.layers.Embedding(
            settings[f"{side}_vocabulary_size"],
            width,
            dtype=dtype,
            name=f"{side}_embedding",
        )
        layer.build()
        return layer

    target = embedding("target")
    shared = settings["share_embeddings"]
    source = target if shared else embedding("source")
    encoder = SequenceEncoder(
        units,
        settings["num_layers"],
        settings["cell"],
        settings["bidirectional"],
        settings["reverse_source"],
        rate,
        seed,
        dtype=dtype,
        name="encoder",
    )
    encoder.build((None, None, width))
    features = units * (1 + settings["bidirectional"])
    decoder = _decoder(settings, dtype)
    decoder.build((None, None, width), (None, None, features))
    layers = {
        "source_embedding": source,
        "target_embedding": target,
        "encoder": encoder,
        "bridges": _bridges(decoder, features, dtype),
        "decoder": decoder,
        "head": _head(settings, dtype),
        "attach_mask": AttachMask(name="attach_mask"),
    }
    names = "source_dropout", "target_dropout", "output_dropout"
    for n, name in enumerate(names):
        layers[name] = keras.layers.Dropout(
            rate, seed=another_seed(seed, 100 + n), dtype=dtype, name=name
        )
    return layers


def _decoder(settings: Settings, dtype: Any) -> AttentionDecoder:
    units, seed = settings["rnn_units"], settings["seed"]

    def cell(n: int) -> keras.layers.Layer:
        # Dropout between the layers; below the first is the embedding's.
        options = {
            "dropout": settings["dropout"] if n else 0.0,
            "seed": another_seed(seed, 200 + n),
            "dtype": dtype,
        }
        if settings["cell"] == "lstm":
            return keras.layers.LSTMCell(units, **options)
        # The GRU of TensorFlow 1, and of the paper.
        return keras.layers.GRUCell(units, reset_after=False, **options)

    cells = [cell(n) for n in range(settings["num_layers"])]
    size = settings["target_vocabulary_size"]
    if settings["tie_output"]:
        size = settings["embedding_dim"]
    elif settings["num_sampled"]:
        size = units
    return AttentionDecoder(
        cells[0] if len(cells) == 1 else cells,
        size,
        settings["num_heads"],
        settings["attention_units"],
        settings["query"],
        settings["initial_state_attention"],
        seed=seed,
        dtype=dtype,
        name="decoder",
    )


def _bridges(
    decoder: AttentionDecoder, features: int, dtype: Any
) -> list[keras.layers.Layer]:
    """What makes a decoder's state of the encoder's, tensor by tensor.

    None where the sizes are equal: TensorFlow 1 passes the state on.
    """
    sizes = state_sizes(decoder.cell)
    if sizes[0] == features:
        return []
    bridges = [
        keras.layers.Dense(size, dtype=dtype, name=f"bridge_{n}")
        for n, size in enumerate(sizes)
    ]
    for bridge in bridges:
        bridge.build((None, features))
    return bridges


def _head(settings: Settings, dtype: Any) -> SampledSoftmax | None:
    if not settings["num_sampled"]:
        return None
    head = SampledSoftmax(
        settings["target_vocabulary_size"],
        settings["num_sampled"],
        seed=settings["seed"],
        dtype=dtype,
        name="head",
    )
    head.build((None, None, settings["rnn_units"]))
    return head
