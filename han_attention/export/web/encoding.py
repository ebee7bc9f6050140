"""What the encoder in JavaScript knows of the preprocessor in Python."""

from typing import Any

from han_attention.export.web.sentences import describe_splitter
from han_attention.export.web.tokenizer import describe_tokenizer
from han_attention.text.preprocessor import TextPreprocessor


def describe_encoder(preprocessor: TextPreprocessor) -> dict[str, Any]:
    """All that `Encoder` of the page takes.

    Returns:
        The `tokenizer`; the `splitter` of documents, else None; and what
        `TextPreprocessor.get_config` says, with the limits.

    Example:
    >>> from han_attention import Tokenizer
    >>> tokenizer = Tokenizer.train(["A film"])
    >>> found = describe_encoder(TextPreprocessor(tokenizer, max_tokens=9))
    >>> found["splitter"], found["max_tokens"]
    (None, 9)
    """
    described = describe_tokenizer(preprocessor.tokenizer)
    splitter = describe_splitter() if preprocessor.hierarchical else None
    return {
        "tokenizer": described,
        "splitter": splitter,
        **preprocessor.get_config(),
    }
