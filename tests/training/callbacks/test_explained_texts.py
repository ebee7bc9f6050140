"""A few texts in TensorBoard: the same ones, with their words, each epoch."""

import pytest
from predictor_cases import TEXTS
from predictor_cases import make_flat
from tensorboard.backend.event_processing.event_accumulator import (
    EventAccumulator,
)

from han_attention.training.callbacks.explained_texts import ExplainedTexts


def panels(folder):
    events = EventAccumulator(str(folder), {"tensors": 0})
    events.Reload()
    return {
        tag: {
            event.step: event.tensor_proto.string_val[0].decode()
            for event in events.Tensors(tag)
        }
        for tag in events.Tags()["tensors"]
    }


@pytest.mark.filterwarnings("error")
def test_each_epoch_has_the_same_texts(tmp_path):
    predictor = make_flat()
    texts = [*TEXTS, ""]
    labels = ["good"] * len(texts)
    explained = ExplainedTexts(tmp_path, predictor, texts, labels)
    explained.write(1)
    explained.write(2)
    shown = panels(tmp_path)
    assert sorted(shown) == [f"attention/{n}" for n in range(1, 6)]
    for steps in shown.values():
        assert sorted(steps) == [1, 2]
        first, second = (steps[n].splitlines()[2] for n in (1, 2))
        assert first.replace("*", "") == second.replace("*", "")


def test_fewer_texts_than_panels(tmp_path):
    explained = ExplainedTexts(tmp_path, make_flat(), TEXTS[:2], ["good"] * 2)
    explained.write(1)
    assert len(panels(tmp_path)) == 2
