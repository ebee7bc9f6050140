#!/usr/bin/env bash
# Guess: the normalizer `Lowercase` of Hugging Face's tokenizers gives what `str.lower` of
# Python gives, so that a vocabulary made with one can be used with the other.
# Seen (tokenizers 0.23.3, Python 3.11, 2026-11-28): for all of Unicode's letters one by one,
# yes. In words, no: it goes letter by letter, and a Greek sigma at the end of a word is
# another letter. "ΣΟΦΟΣ" is "σοφοσ" there and "σοφος" in Python and in texts, so a word
# written in capitals is unknown.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet tokenizers==0.23.3
cat > lower.py <<'PYTHON'
import sys

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase

lower = Lowercase().normalize_str
# Letters that this Python knows: newer versions of Unicode have more.
letters = [chr(n) for n in range(sys.maxunicode + 1) if chr(n).isalpha()]
print("letters:", sum(lower(x) != x.lower() for x in letters))
print("ΣΟΦΟΣ:", lower("ΣΟΦΟΣ"), "ΣΟΦΟΣ".lower())
text = "Ο σοφος"  # as a text has it
vocabulary = {word: n for n, word in enumerate(["?", *text.lower().split()])}
tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="?"))
tokenizer.normalizer = Lowercase()
print("ids:", *(tokenizer.encode(x).ids for x in ("σοφος", "Σοφος", "ΣΟΦΟΣ")))
PYTHON
environment/bin/python lower.py | tee output
grep -qx "letters: 0" output
grep -qx "ΣΟΦΟΣ: σοφοσ σοφος" output
grep -qx "ids: \[2\] \[2\] \[0\]" output
