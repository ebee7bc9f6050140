"""Greedy, beam search and sampling beside NumPy, on any backend."""

import itertools
import time

import keras
import numpy as np
import pytest
from layer_checks import to_numpy

from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import build_attention_seq2seq
from han_attention.seq2seq import teacher_forcing


def make_model(target_size=7, scale=3.0, eager=True, **options):
    """A model whose guesses are far from uniform, and end now and then."""
    model = build_attention_seq2seq(12, target_size, 6, 5, seed=1, **options)
    model.run_eagerly = eager
    random = np.random.default_rng(4)
    model.set_weights(
        [random.normal(0, scale / 3, w.shape) for w in model.get_weights()]
    )
    return model


@pytest.fixture
def source():
    return np.array([[3, 9, 4, 8], [7, 2, 0, 0], [5, 0, 0, 0], [6, 11, 10, 0]])


def log_probs_of(model, source, read):
    """Log probabilities of the next symbol that can be written."""
    logits = np.float64(to_numpy(model([source, read])))
    banned = {0, model.start_id} - {model.end_id}
    logits[..., list(banned)] = -np.inf
    logits -= logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def greedy(model, row, max_length):
    """One row, one step at a time, all read again for each step."""
    read, score = [model.start_id], 0.0
    while len(read) <= max_length:
        log_probs = log_probs_of(model, row[None], np.array([read]))[0, -1]
        symbol = int(log_probs.argmax())
        score += log_probs[symbol]
        if symbol == model.end_id:
            return read[1:], score, True
        read.append(symbol)
    return read[1:], score, False


def words_of(generated, row):
    return [int(n) for n in generated.ids[row] if n]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"cell": "gru", "num_layers": 2, "num_heads": 2, "end_id": 2},
        {"bidirectional": True, "tie_output": True},
        {"num_sampled": 3, "query": "output", "initial_state_attention": True},
    ],
)
def test_greedy_equals_numpy(options, source):
    model = make_model(**options, eager=False)
    received = model.generate(source, max_length=6)
    for row in range(len(source)):
        words, score, finished = greedy(model, source[row], 6)
        assert words_of(received, row) == words
        np.testing.assert_allclose(received.scores[row], score, atol=1e-4)
        assert received.finished[row] == finished
    assert received.ids.dtype == "int32"


def test_a_cut_sequence():
    model = make_model()
    bias = model.decoder.output_bias
    bias.assign(np.array([50, -50, 0, 0, 40, 0, 0], "float32"))
    received = model.generate(np.array([[3, 4]]), max_length=4)
    # Never padding, however probable; never the end here.
    assert received.ids.tolist() == [[4, 4, 4, 4]]
    assert not received.finished.any()
    bias.assign(np.array([0, 50, 0, 0, 0, 0, 0], "float32"))
    ended = model.generate(np.array([[3, 4]]), 4, return_attention_scores=True)
    assert ended.ids.shape == (1, 0)
    assert ended.finished.all()
    assert ended.attention_scores.shape == (1, 0, 2)


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 2.0])
@pytest.mark.parametrize("end_id", [1, 2])
def test_a_wide_beam_finds_the_best_of_all_sequences(length_penalty, end_id):
    model = make_model(5, scale=2.0, end_id=end_id)
    source, length = np.array([[3, 9, 4], [7, 2, 0]]), 4
    words = [n for n in range(2, 5) if n != end_id]
    sequences = [
        (*prefix, end_id)
        for n in range(length)
        for prefix in itertools.product(words, repeat=n)
    ]
    read = np.zeros((len(sequences), length), int)
    for n, sequence in enumerate(sequences):
        read[n, : len(sequence)] = (1, *sequence[:-1])
    received = model.generate(
        source, length, beam_size=3**length, length_penalty=length_penalty
    )
    for row in range(len(source)):
        log_probs = log_probs_of(
            model, np.repeat(source[row : row + 1], len(read), axis=0), read
        )
        ranks = [
            sum(log_probs[n, t, symbol] for t, symbol in enumerate(sequence))
            / ((5 + len(sequence)) / 6) ** length_penalty
            for n, sequence in enumerate(sequences)
        ]
        best = int(np.argmax(ranks))
        assert words_of(received, row) == list(sequences[best][:-1])
        np.testing.assert_allclose(received.scores[row], ranks[best], 1e-4)
        assert received.finished[row]


def test_a_beam_is_better_than_greedy_here(source):
    model = make_model(scale=2.0)
    bias = to_numpy(model.decoder.output_bias)
    model.decoder.output_bias.assign(bias + np.eye(7, dtype="float32")[1] * 3)
    one = model.generate(source, 8)
    five = model.generate(source, 8, beam_size=5)
    both = one.finished & five.finished
    assert both.any()
    assert (five.scores[both] >= one.scores[both] - 1e-5).all()


@pytest.mark.parametrize(
    "options",
    [{}, {"beam_size": 3}, {"temperature": 0.8, "seed": 5}],
)
def test_nothing_depends_on_padding_or_on_other_rows(options, source):
    model = make_model(scale=2.0, eager="beam_size" not in options)
    whole = model.generate(source, 6, **options, return_attention_scores=True)
    again = model.generate(
        np.pad(source, [(0, 0), (0, 3)]),
        6,
        **options,
        batch_size=3,
        return_attention_scores=True,
    )
    np.testing.assert_array_equal(again.ids, whole.ids)
    np.testing.assert_allclose(again.scores, whole.scores, atol=1e-5)
    np.testing.assert_allclose(
        again.attention_scores[..., :4], whole.attention_scores, atol=1e-6
    )
    assert not again.attention_scores[..., 4:].any()
    if "temperature" not in options:
        turned = model.generate(source[::-1], 6, **options)
        np.testing.assert_array_equal(turned.ids, whole.ids[::-1])


@pytest.mark.parametrize("num_heads", [1, 2])
def test_alignment_is_what_the_decoder_read(num_heads, source):
    model = make_model(scale=2.0, num_heads=num_heads, eager=num_heads == 1)
    generated = model.generate(source, 6, return_attention_scores=True)
    weights = generated.attention_scores
    heads = () if num_heads == 1 else (num_heads,)
    assert weights.shape == (4, *heads, generated.ids.shape[1], 4)
    memory, mask, state = model.encode(source)
    prepared = model.decoder.prepare(memory, mask)
    state, context = model.decoder.start(prepared, state)
    symbols = np.ones(4, int)
    for t in range(generated.ids.shape[1]):
        words = model.target_embedding(symbols)
        _, state, context, expected = model.decoder.step(
            words, state, context, prepared
        )
        symbols = generated.ids[:, t]
        written = symbols != 0
        np.testing.assert_allclose(
            weights[written][..., t, :], to_numpy(expected)[written], atol=1e-6
        )
        assert not weights[~written][..., t, :].any()


def test_sampling(source):
    model = make_model(scale=2.0)
    many = np.repeat(source[:1], 2000, axis=0)
    drawn = model.generate(many, 3, temperature=0.7, seed=3, batch_size=500)
    log_probs = log_probs_of(model, source[:1], np.array([[1]]))[0, 0]
    expected = np.exp(log_probs / 0.7)
    expected /= expected.sum()
    first = drawn.ids[:, 0]
    first = np.where(first == 0, 1, first)  # ended at once
    share = np.bincount(first, minlength=7) / len(first)
    np.testing.assert_allclose(share, expected, atol=0.05)
    # The score is the log probability of what was drawn.
    row = int(np.flatnonzero(~drawn.finished)[0])
    words = words_of(drawn, row)
    steps = log_probs_of(model, source[:1], np.array([[1, *words[:-1]]]))[0]
    score = sum(steps[t, n] for t, n in enumerate(words))
    np.testing.assert_allclose(drawn.scores[row], score, atol=1e-4)


def test_seed(source):
    model = make_model(scale=1.0, eager=False)

    def draw(seed):
        return model.generate(source, 6, temperature=1.0, seed=seed).ids

    np.testing.assert_array_equal(draw(1), draw(1))
    assert draw(1).shape != draw(2).shape or (draw(1) != draw(2)).any()
    # As cold as can be: greedy.
    cold = model.generate(source, 6, temperature=1e-4, seed=0)
    np.testing.assert_array_equal(cold.ids, model.generate(source, 6).ids)


def test_empty_source_row(source):
    model = make_model()
    source[2] = 0
    generated = model.generate(source, 4, return_attention_scores=True)
    assert np.isfinite(generated.scores).all()
    assert not generated.attention_scores[2].any()


def test_loaded_model_writes_the_same(source, tmp_path):
    model = make_model()
    expected = model.generate(source, 6, beam_size=2)
    model.save(tmp_path / "model.keras")  # after it was compiled
    loaded = keras.models.load_model(tmp_path / "model.keras")
    received = loaded.generate(source, 6, beam_size=2)
    np.testing.assert_array_equal(received.ids, expected.ids)


def test_writes_with_the_weights_it_has_now(source):
    model = make_model(eager=False)
    model.generate(source, 6)
    other = make_model(scale=2.0)
    model.set_weights(other.get_weights())
    np.testing.assert_array_equal(
        model.generate(source, 6).ids, other.generate(source, 6).ids
    )


def test_stops_when_every_row_has_ended(source):
    model = make_model(eager=False)
    model.decoder.output_bias.assign([0, 60, 0, 0, 0, 0, 0])
    model.generate(source, 20_000, batch_size=4)
    start = time.process_time()
    generated = model.generate(source, 20_000, batch_size=4)
    assert time.process_time() - start < 2
    assert generated.ids.shape == (4, 0)


def test_learns_to_reverse_and_reads_from_the_last_word():
    random = np.random.default_rng(0)
    source = random.integers(2, 8, size=(600, 5))
    model = build_attention_seq2seq(
        8, 8, 16, 32, cell="gru", bidirectional=True, seed=1
    )
    model.compile(keras.optimizers.Adam(0.02), SequenceLoss())
    read, written = teacher_forcing(source[:, ::-1])
    model.fit((source, read), written, 50, epochs=8, verbose=0)
    received = model.generate(source[:50], 6, 3, return_attention_scores=True)
    np.testing.assert_array_equal(received.ids, source[:50, ::-1])
    looked_at = received.attention_scores.mean(axis=0).argmax(axis=1)
    assert looked_at.tolist() == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"beam_size": 0}, "`beam_size`. Expected a positive.* beam_size=0"),
        ({"max_length": 0}, "`max_length`"),
        ({"batch_size": 0}, "`batch_size`"),
        ({"length_penalty": -1.0}, "`length_penalty`"),
        ({"temperature": 0.0}, "`temperature`"),
        ({"seed": -1}, "`seed`"),
        ({"temperature": 1.0, "beam_size": 2}, "`beam_size`.*temperature"),
    ],
)
def test_wrong_arguments(arguments, message, source):
    with pytest.raises(ValueError, match=message):
        make_model().generate(source, **arguments)


@pytest.mark.parametrize(
    "wrong", [np.zeros((2, 0), int), np.zeros(3, int), np.ones((2, 3))]
)
def test_wrong_source(wrong):
    with pytest.raises(ValueError, match="`source`"):
        make_model().generate(wrong)


def test_ids_beyond_the_vocabulary():
    """On TensorFlow they would end in the graph, elsewhere be clipped."""
    model = make_model()
    number = model.settings["source_vocabulary_size"]
    expected = f"`source`. Expected ids from 0 to {number - 1}.*to {number}"
    with pytest.raises(ValueError, match=expected):
        model.generate(np.array([[1, number]]))
    with pytest.raises(ValueError, match="`source`.*ids from -1 to 2"):
        model.generate(np.array([[-1, 2]]))
    number = model.settings["target_vocabulary_size"]
    with pytest.raises(ValueError, match=f"`target`.*from 0 to {number - 1}"):
        model.align(np.array([[1, 2]]), np.array([[number]]))
