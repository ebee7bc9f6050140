"""Files that change between two epochs of a training: one line."""

import pytest
from training_cases import fit_files
from training_cases import published

from han_attention import TextFiles

SETTINGS = published(
    embedding_dim=4,
    rnn_units=3,
    attention_units=3,
    epochs=2,
    batch_size=8,
    seed=1,
    validation_fraction=0.0,
    verbose=False,
)
SECOND_EPOCH = 4  # passes: two before the training, and one for each epoch


def vanish(path):
    path.unlink()


def shrink(path):
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-9]))


def grow(path):
    path.write_text(path.read_text() + "fine,good\n" * 9)


def get_a_new_label(path):
    path.write_text(path.read_text().replace("dull,bad", "dull,ugly"))


def get_a_bad_row(path):
    path.write_text(path.read_text() + ",good\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (vanish, "No such file or directory: .*texts.csv"),
        (shrink, "files have changed .* 31 rows .* were 40"),
        (grow, "files have changed .* 49 rows .* were 40"),
        (get_a_new_label, "Unknown label 'ugly'"),
        (get_a_bad_row, "texts.csv:42: The text is empty"),
    ],
)
def test_what_happened_is_said_in_one_line(change, said, tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text("text,label\n" + "fine,good\ndull,bad\n" * 20)
    files = TextFiles(path)
    read = files.in_order
    passes = []

    def in_order(shards):
        passes.append(shards)
        if len(passes) == SECOND_EPOCH:
            change(path)
        return read(shards)

    files.in_order = in_order
    with pytest.raises((OSError, ValueError), match=said) as caught:
        fit_files(SETTINGS, files)
    assert "\n" not in str(caught.value)
    assert len(passes) == SECOND_EPOCH
