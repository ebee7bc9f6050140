"""What the tokenizer in JavaScript knows of the one in Python."""

from typing import Any

from han_attention.export.web.characters import list_character_classes
from han_attention.export.web.characters import list_lower_case
from han_attention.text.tokenizer import Tokenizer


def describe_tokenizer(tokenizer: Tokenizer) -> dict[str, Any]:
    """All that `TextTokenizer` of the page takes.

    Returns:
        What `Tokenizer.describe` says, and tables of characters: their
        `classes`, and `lower`, their lower case.

    Example:
    >>> tokenizer = Tokenizer.train(["A film"])
    >>> describe_tokenizer(tokenizer)["lower"]["A"]
    'a'
    """
    described = tokenizer.describe()
    clusters = described["pattern"] in ("characters", "subwords")
    return described | {
        "classes": list_character_classes(clusters),
        "lower": list_lower_case(),
    }
