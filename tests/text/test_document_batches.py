"""Batches of documents, by the sizes of their grids."""

import numpy as np
import pytest

from han_attention.text.ragged import EncodedDocuments


def random_documents(number=300):
    rng = np.random.default_rng(0)
    return EncodedDocuments.from_ids(
        [[3] * n for n in rng.integers(0, 20, rng.integers(0, 12))]
        for _ in range(number)
    )


@pytest.mark.parametrize("seed", [None, 1])
@pytest.mark.parametrize("budget", [20, 500, 10**6])
def test_each_document_is_in_one_batch_within_the_budget(seed, budget):
    documents = random_documents()
    rng = None if seed is None else np.random.default_rng(seed)
    batches = documents.batches(16, rng, max_batch_tokens=budget)
    assert sorted(np.concatenate(batches)) == list(range(300))
    for rows in batches:
        assert len(rows) <= 16
        assert len(rows) == 1 or documents.padded(rows).size <= budget


def test_batches_are_sorted_by_sentences_and_then_by_the_longest():
    documents = EncodedDocuments.from_ids(
        [
            [[3]] * 3,
            [[3] * 9],
            [[3], [3] * 5],
            [[3, 3]],
            [],
            [[3, 3, 3], [3]],
        ]
    )
    assert [b.tolist() for b in documents.batches(2)] == [
        [4, 3],
        [1, 5],
        [2, 0],
    ]


def test_a_giant_document_has_its_own_batch():
    sizes = [2, 3, 1, 900, 2]
    documents = EncodedDocuments.from_ids([[[3] * 4] * n for n in sizes])
    batches = documents.batches(8, max_batch_tokens=100)
    assert [b.tolist() for b in batches] == [[2, 0, 4, 1], [3]]
