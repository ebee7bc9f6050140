"""Files as a stream: every row once, in an order that repeats."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from stream_cases import NUMBER
from stream_cases import held_out_numbers
from stream_cases import order
from stream_cases import scan
from stream_cases import split_of
from stream_cases import text_of
from stream_cases import tokenizer_of
from stream_cases import write_rows
from training_cases import published

from han_attention import TextFiles
from han_attention import Tokenizer
from han_attention.text.encoding import encode_texts
from han_attention.training.sources import labelled_files
from han_attention.training.sources import stream
from han_attention.training.sources.labelled_files import LabelledFiles
from han_attention.training.sources.stream import StreamedSplit


def test_one_pass_tells_classes_vocabulary_and_number(source):
    assert source.num_rows == NUMBER
    assert source.task.class_names == ["common", "rare"]
    texts = [text_of(n) for n in range(NUMBER)]
    assert tokenizer_of(source).vocabulary == Tokenizer.train(texts).vocabulary


def test_every_row_is_in_training_or_held_out(source, split):
    trained, held_out = order(split), held_out_numbers(source)
    assert sorted(trained + held_out) == list(range(NUMBER))
    assert 80 <= len(held_out) <= 160  # 120 on average, 4 deviations
    assert len(split) == len(trained)


def test_the_order_differs_but_repeats(split):
    assert order(split) == order(split)
    assert order(split, epoch=1) == order(split, epoch=1)
    assert order(split) != order(split, epoch=1)
    assert order(split) != order(split, seed=2)
    # None of them is that of the files, and all have the same rows.
    assert order(split) != sorted(order(split))
    assert sorted(order(split)) == sorted(order(split, epoch=1))


def test_rows_of_all_shards_are_mixed(split):
    first = np.array(order(split)[: len(split) // 2])
    for low, high in ((0, 250), (250, 400), (400, NUMBER)):
        assert 0.3 < np.mean((first >= low) & (first < high)) * NUMBER / (
            high - low
        )


def test_shards_are_read_in_random_order(folder, monkeypatch):
    monkeypatch.setattr(stream, "_SHUFFLE_BUFFER", 1)  # the order of reading
    monkeypatch.setattr(stream, "_BATCHES_AT_ONCE", 1)
    split = split_of(folder)
    firsts = {order(split, epoch=epoch)[0] // 50 for epoch in range(12)}
    assert len(firsts) > 1


def test_validation_rows_are_the_same_in_every_pass(folder, source):
    assert held_out_numbers(source) == held_out_numbers(source)
    assert held_out_numbers(source) == held_out_numbers(scan(folder))


def test_other_seeds_hold_out_other_rows(folder, source):
    """As many in common as chance gives, for any two seeds."""
    sets = [
        {
            n
            for n, row in enumerate(source.files)
            if scan_seed(source, seed).held_out(row)
        }
        for seed in range(8)
    ]
    common = [len(a & b) / len(a) for n, a in enumerate(sets) for b in sets[:n]]
    assert 0.1 < np.mean(common) < 0.3
    assert max(common) < 0.45


def scan_seed(source, seed):
    """The same files with another seed, not read again."""
    settings = published(seed=seed, validation_fraction=0.2)
    return replace(source, settings=settings)


def test_nothing_held_out(folder):
    source = scan(folder, validation_fraction=0.0)
    assert source.validation() is None
    assert sorted(order(StreamedSplit(source, 0))) == list(range(NUMBER))


def test_no_more_is_held_out_than_memory_holds(folder, monkeypatch):
    monkeypatch.setattr(labelled_files, "_MOST_HELD_OUT", 30)
    assert 10 <= len(scan(folder).validation()) <= 55


def test_bad_rows_are_skipped_in_every_pass(tmp_path):
    path = tmp_path / "a.csv"
    write_rows(path, range(100))
    lines = path.read_text().splitlines()
    lines[7:7] = ["one,two,three", ",common", "no label,"]
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="a.csv:8: "):
        scan(path)
    source = scan(path, skip_bad_rows=True)
    assert source.num_rows == 100
    assert source.files.bad_rows == 3
    split = StreamedSplit(source, len(source.validation()))
    held_out = held_out_numbers(source)
    assert sorted(order(split) + held_out) == list(range(100))


def test_first_and_sample_are_the_first_texts(split):
    tokenizer = tokenizer_of(split.source)
    expected = encode_texts(tokenizer, [text_of(n) for n in range(20)])
    np.testing.assert_array_equal(split.sample(20), expected.padded())
    np.testing.assert_array_equal(split.first(20).ids, expected.ids)
    assert len(split.first(10_000)) == NUMBER


def test_labels_of_the_wrong_kind(folder, tmp_path):
    files = TextFiles(folder)
    config = published(normalization="words")
    several = published(normalization="words", multi_label=True)
    with pytest.raises(TypeError, match="list of labels .*'rare'"):
        LabelledFiles.scan(files, several)
    files = TextFiles(folder, need_labels=False)
    with pytest.raises(TypeError, match="Expected a label.* None"):
        LabelledFiles.scan(files, config)
    write_rows(tmp_path / "a.csv", range(1, 9))
    with pytest.raises(ValueError, match=r"two different .*\['common'\]"):
        scan(tmp_path / "a.csv")


_PEAK = """
import resource
import sys
from han_attention import Settings, TextFiles
from han_attention.training.sources.labelled_files import LabelledFiles
from han_attention.training.sources.stream import StreamedSplit

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

before = peak()
settings = Settings(seed=1, validation_fraction=0.05).checked()
source = LabelledFiles.scan(TextFiles(sys.argv[1]), settings)
split = StreamedSplit(source, len(source.validation()))
rows = sum(len(ids) for ids, _ in split.batches(32, 1))
print(rows, peak() - before)
"""


@pytest.mark.slow
def test_memory_stays_flat(tmp_path):
    """Ten times the rows, 40 MB of text, within 20 MB."""
    pytest.importorskip("resource")
    megabytes = []
    for number in (10_000, 100_000):
        path = tmp_path / f"{number}.csv"
        rng = np.random.default_rng(0)
        with open(path, "w") as file:
            file.write("text,label\n")
            for n in range(number):
                words = rng.integers(20_000, size=60)
                file.write(" ".join(f"w{w}" for w in words) + f",{n % 2}\n")
        output = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        assert int(output[0]) > 0.9 * number
        megabytes.append(float(output[1]))
    # The shuffle buffer, 20,000 texts of 400 bytes, fills up only in the
    # longer one.
    assert megabytes[1] < megabytes[0] + 20
