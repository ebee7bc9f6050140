"""Coverage-guided fuzzing of the two parsers of our own, by atheris.

pip install atheris
python benchmarks/atheris_readers.py csv -max_total_time=60
python benchmarks/atheris_readers.py vectors -max_total_time=60
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["han_attention"]):
    from han_attention import Tokenizer
    from han_attention.data.text_files import TextFiles
    from han_attention.text.vectors.word_vectors import load_word_vectors

FOLDER = Path(tempfile.mkdtemp())
TOKENIZER = Tokenizer.train(["a fine film"], start_token=True)


def read_csv(content: bytes) -> None:
    """Read a table."""
    path = FOLDER / "a.csv"
    path.write_bytes(b"text,label\n" + content)
    for _ in TextFiles(path, need_labels=False, skip_bad_rows=True):
        pass


def read_vectors(content: bytes) -> None:
    """Read word vectors."""
    path = FOLDER / "vectors.txt"
    path.write_bytes(content)
    load_word_vectors(path, TOKENIZER)


def main() -> None:
    """Fuzz one of the two until someone ends it; flags are libFuzzer's."""
    read = {"csv": read_csv, "vectors": read_vectors}[sys.argv.pop(1)]

    def try_one(content: bytes) -> None:
        try:
            read(content)
        except (ValueError, OSError) as error:
            if len(str(error).splitlines()) != 1:
                raise RuntimeError("an error of several lines") from error

    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
