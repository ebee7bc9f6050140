"""Reports to write and to draw."""

import dataclasses

import numpy as np

from han_attention.evaluation.scoring import evaluate


def make_report(names, num_texts=400, right=0.8, seed=0):
    """A report of predictions of which the given share is right."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, len(names), num_texts)
    predicted = np.where(
        generator.random(num_texts) < right,
        truth,
        generator.integers(0, len(names), num_texts),
    )
    confidence = generator.uniform(0.6, 1, num_texts)[:, None]
    rest = (1 - confidence) / (len(names) - 1)
    chosen = predicted[:, None] == np.arange(len(names))
    probabilities = np.where(chosen, confidence, rest)
    return evaluate(probabilities, [names[n] for n in truth], names)


def with_confusion(names, confusion):
    """A report with the given counts."""
    report = make_report(names)
    return dataclasses.replace(report, confusion=np.array(confusion))


def several_labels():
    probabilities = [[0.9, 0.2], [0.4, 0.7], [0.8, 0.6]]
    return evaluate(
        probabilities, [["a"], [], ["a", "b"]], ["a", "b"], multi_label=True
    )
