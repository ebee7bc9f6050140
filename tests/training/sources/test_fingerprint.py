"""The same data have the same digest, in every process."""

from han_attention.training.sources.fingerprint import Fingerprint


def digest(*values):
    fingerprint = Fingerprint()
    fingerprint.add(*values)
    return fingerprint.digest()


def test_labels_in_a_set_have_no_order():
    """Python gives them in another order in each process."""
    assert digest("a text", {"c", "b", "a"}) == digest(
        "a text", ["a", "b", "c"]
    )
    assert digest({1, 2}) == digest({2, 1}) != digest({1, 3})
