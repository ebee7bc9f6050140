"""AttentionSeq2Seq: logits, masks, training, saving, on any backend."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import assert_close
from layer_checks import to_numpy
from seq2seq_cases import SMALL
from seq2seq_cases import make_model

from han_attention.seq2seq import AttentionDecoder
from han_attention.seq2seq import AttentionSeq2Seq
from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import build_attention_seq2seq
from han_attention.seq2seq import sequence_loss
from han_attention.seq2seq import teacher_forcing

VARIANTS = [
    {},
    {"cell": "gru", "num_layers": 2, "num_heads": 2},
    {"bidirectional": True, "reverse_source": True, "dropout": 0.1},
    {"tie_output": True, "query": "output", "attention_units": 3},
    {"num_sampled": 6, "num_layers": 2, "dropout": 0.1},
    {"sampling_probability": 0.5, "initial_state_attention": True},
]


@pytest.fixture
def source():
    return np.array([[3, 9, 4, 8], [7, 2, 0, 0], [5, 0, 0, 0]])


@pytest.fixture
def target():
    return np.array([[3, 4], [5, 6], [7, 0]])


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_equals_its_layers(cell, source, target):
    """The state of the encoder goes on as it is, as in TensorFlow 1."""
    model = make_model(cell=cell)
    read, _ = teacher_forcing(target)
    hidden, states = model.encoder(
        model.source_embedding(source), mask=source != 0
    )
    assert not model.bridges
    outputs = model.decoder(
        model.target_embedding(read),
        hidden,
        states[0] if cell == "lstm" else states[0][0],
        mask=read != 0,
        memory_mask=source != 0,
    )
    logits = to_numpy(model([source, read]))
    assert logits.shape == (3, 3, 11)
    assert_close(logits[read != 0], to_numpy(outputs)[read != 0])


def test_states_of_both_directions_are_bridged(source, target):
    model = make_model(bidirectional=True, num_layers=2)
    assert [tuple(x.kernel.shape) for x in model.bridges] == [(10, 5)] * 4
    _, _, state = model.encode(source)
    _, states = model.encoder(model.source_embedding(source), mask=source != 0)
    expected = [
        x @ bridge.get_weights()[0]
        for x, bridge in zip(
            [to_numpy(x) for own in states for x in own],
            model.bridges,
            strict=True,
        )
    ]
    assert_close(state, expected)


def test_reversed_source_keeps_its_places(source):
    """Step t of the memory is word t, whichever way it was read."""
    model, plain = make_model(reverse_source=True), make_model()
    plain.set_weights(model.get_weights())
    memory, mask, _ = to_numpy(model.encode(source))
    turned = np.array([[8, 4, 9, 3], [2, 7, 0, 0], [5, 0, 0, 0]])
    expected, _, _ = to_numpy(plain.encode(turned))
    assert_close(memory[0], expected[0, ::-1])
    assert_close(memory[1, :2], expected[1, 1::-1])
    np.testing.assert_array_equal(mask, source != 0)


@pytest.mark.parametrize("options", VARIANTS)
def test_padding_changes_nothing(options, source, target):
    model = make_model(**options)
    read, _ = teacher_forcing(target)
    logits = to_numpy(model([source, read]))
    longer = [np.pad(x, [(0, 0), (0, 3)]) for x in (source, read)]
    assert_close(model(longer)[:, :3], logits)
    order = np.array([2, 0, 1])
    assert_close(model([source[order], read[order]]), logits[order])


@pytest.mark.parametrize("options", VARIANTS[:4])
def test_padding_trains_nothing(options, source, target):
    model = make_model(**(options | {"dropout": 0.0}))
    model.compile(keras.optimizers.SGD(1.0), SequenceLoss(), run_eagerly=True)
    start, ends = model.get_weights(), []
    for width in (0, 3):
        source, read, written = (
            np.pad(x, [(0, 0), (0, width)])
            for x in (source, *teacher_forcing(target))
        )
        model.set_weights(start)
        model.train_on_batch([source, read], written)
        ends.append(model.get_weights())
    assert_close(*ends)


@pytest.mark.parametrize("options", [VARIANTS[0], *VARIANTS[3:5]])
def test_metrics_of_keras_heed_the_mask_of_the_target(options, source, target):
    model = make_model(**options)
    model.compile(
        "sgd",
        SequenceLoss(),
        weighted_metrics=["accuracy"],
        run_eagerly=True,
    )
    read, written = teacher_forcing(target)
    best = to_numpy(model([source, read])).argmax(-1)
    wrong = read == 0  # on padding,
    wrong[0, 0] = True  # and once elsewhere
    right = np.where(wrong, (best + 1) % 11, best)
    _, accuracy = model.evaluate((source, read), right, verbose=0)
    assert accuracy == pytest.approx(7 / 8)


@pytest.mark.parametrize("options", VARIANTS)
def test_one_step_changes_every_weight(options, source, target):
    model = make_model(**options)
    # Far from 0, or gradients of the read are lost in the rounding.
    random = np.random.default_rng(3)
    model.set_weights(
        [random.normal(0, 0.7, w.shape) for w in model.get_weights()]
    )
    model.compile(keras.optimizers.SGD(10.0), SequenceLoss(), run_eagerly=True)
    before = [to_numpy(w) for w in model.trainable_weights]
    read, written = teacher_forcing(target)
    model.train_on_batch([source, read], written)
    for weight, old in zip(model.trainable_weights, before, strict=True):
        assert np.isfinite(to_numpy(weight)).all(), weight.path
        assert (to_numpy(weight) != old).any(), weight.path


def test_loss_of_fit(source, target):
    model = make_model()
    read, written = teacher_forcing(target)
    model.compile(keras.optimizers.SGD(0.0), SequenceLoss(), run_eagerly=True)
    history = model.fit((source, read), written, batch_size=3, verbose=0)
    expected = sequence_loss(model([source, read]), written)
    np.testing.assert_allclose(
        history.history["loss"], [float(to_numpy(expected))], rtol=1e-5
    )
    weights = (written != 0).astype("float32")
    weights[0] = 3
    history = model.fit(
        (source, read), written, sample_weight=weights, batch_size=3, verbose=0
    )
    expected = sequence_loss(model([source, read]), written, weights)
    np.testing.assert_allclose(
        history.history["loss"], [float(to_numpy(expected))], rtol=1e-5
    )


class _Batches(keras.utils.PyDataset):
    """Each of another size in every dimension."""

    def __len__(self):
        return 3

    def __getitem__(self, n):
        source = np.full((n + 1, 2 + n), 3)
        read, written = teacher_forcing(np.full((n + 1, 4 - n), 5))
        read[0, 2:] = written[0, 2:] = 0
        return (source, read), written


def test_fit_on_batches_of_any_length():
    """On TensorFlow in one graph, whose lengths are not known."""
    model = make_model(sampling_probability=0.5, num_sampled=11)
    model.compile("adam", SequenceLoss())
    losses = model.fit(_Batches(), epochs=2, verbose=0).history["loss"]
    assert losses[1] < losses[0]


def test_losses_of_keras_with_sample_weights(source, target):
    model = make_model()
    read, written = teacher_forcing(target)
    model.compile(
        "adam",
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
        run_eagerly=True,
    )
    weights = (written != 0).astype("float32")
    history = model.fit(
        (source, read), written, sample_weight=weights, verbose=0
    )
    assert set(history.history) == {"loss", "accuracy"}


def test_sampled_softmax_trains_and_validates(source, target):
    model = make_model(num_sampled=11)  # all: the whole softmax
    read, written = teacher_forcing(target)
    model.compile(
        keras.optimizers.SGD(0.0),
        SequenceLoss(),
        weighted_metrics=["accuracy"],
        run_eagerly=True,
    )
    history = model.fit(
        (source, read),
        written,
        batch_size=3,
        verbose=0,
        validation_data=((source, read), written),
    ).history
    assert "val_accuracy" in history
    np.testing.assert_allclose(history["loss"], history["val_loss"], rtol=1e-4)


def test_scheduled_sampling_reads_its_own_symbols(source, target):
    model = make_model(sampling_probability=1.0)
    read, _ = teacher_forcing(target)
    read = np.where(read == 0, 3, read)
    logits = to_numpy(model([source, read], training=True))
    own = read.copy()
    own[:, 1:] = logits[:, :-1].argmax(axis=-1)
    own_logits = to_numpy(model([source, own], training=False))
    kept = (own != 0).all(axis=1)  # an untrained model may write padding
    assert_close(own_logits[kept], logits[kept])


@pytest.mark.parametrize("options", VARIANTS)
def test_saved_and_loaded(options, source, target, tmp_path):
    model = make_model(**options)
    read, _ = teacher_forcing(target)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert isinstance(loaded, AttentionSeq2Seq)
    assert loaded.get_config() == model.get_config()
    assert_close(loaded([source, read]), model([source, read]))


def test_a_trained_model_is_saved_with_its_loss(source, target, tmp_path):
    model = make_model(dropout=0.2)
    model.compile("adam", SequenceLoss("example_mean"), run_eagerly=True)
    read, written = teacher_forcing(target)
    model.fit((source, read), written, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.loss.over == "example_mean"
    loaded.run_eagerly = True
    loss = loaded.evaluate((source, read), written, verbose=0)
    expected = model.evaluate((source, read), written, verbose=0)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


def test_shared_and_tied_embeddings(source, target):
    model = build_attention_seq2seq(
        12, 12, **SMALL, share_embeddings=True, tie_output=True
    )
    assert model.source_embedding is model.target_embedding
    tables = [w for w in model.weights if tuple(w.shape) == (12, 4)]
    assert len(tables) == 1
    outputs = np.ones((1, 4), "float32")
    table = to_numpy(tables[0])
    assert_close(
        model.to_logits(ops.convert_to_tensor(outputs)), outputs @ table.T
    )


def test_logits_are_float32_in_mixed_precision(source, target):
    keras.config.set_dtype_policy("mixed_bfloat16")
    for options in ({}, {"tie_output": True}, {"num_sampled": 3}):
        logits = make_model(**options)([source, teacher_forcing(target)[0]])
        assert keras.backend.standardize_dtype(logits.dtype) == "float32"


def test_the_decoder_is_the_one_of_tensorflow_1():
    model = make_model(cell="gru", num_layers=2)
    assert isinstance(model.decoder, AttentionDecoder)
    assert not any(cell.reset_after for cell in model.decoder.cell.cells)
