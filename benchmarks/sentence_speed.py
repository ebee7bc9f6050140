"""Speed and F1 of `split_sentences`, beside libraries that are installed.

    pip install sentencex icu4py blingfire razdel syntok pysbd nltk
    python benchmarks/sentence_speed.py --data aclImdb_v1.tar.gz

MB of UTF-8 a second of one core over IMDB reviews, one call for each; the
libraries take turns. F1 of sentence ends inside the texts that were marked by
hand in tests/text/sentences.txt; ours was written with them in view. The
libraries get paragraphs, cut at `<br />` and blank lines, which most of them
do not know. A library that is not installed is left out.
"""

import argparse
import re
import statistics
import sys
import time
from pathlib import Path

from han_attention import load_dataset
from han_attention.text.sentences import split_sentences

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from sentence_texts import boundary_scores  # noqa: E402

GAP = re.compile(r"<br\s*/?>|\n\s*\n")


def use_sentencex():
    from sentencex import get_sentence_boundaries as split

    return lambda text: [b["end_index"] for b in split("en", text)]


def use_icu4py():
    from icu4py.breakers import SentenceBreaker

    rules = "en_US@ss=standard"  # with abbreviations
    return lambda text: [n for _, n in SentenceBreaker(text, rules).segments()]


def use_blingfire():
    from blingfire import text_to_sentences_and_offsets as split

    return lambda text: [end for _, end in split(text)[1]]


def use_razdel():
    from razdel import sentenize

    return lambda text: [sentence.stop for sentence in sentenize(text)]


def use_syntok():
    from syntok import segmenter
    from syntok.tokenizer import Tokenizer

    tokenize = Tokenizer(replace_not_contraction=False).tokenize
    return lambda text: [
        sentence[-1].offset + len(sentence[-1].value)
        for sentence in map(list, segmenter.split(tokenize(text)))
    ]


def use_pysbd():
    from pysbd import Segmenter

    segment = Segmenter(language="en", clean=False, char_span=True).segment
    return lambda text: [sentence.end for sentence in segment(text)]


def use_nltk():
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    spans = PunktSentenceTokenizer().span_tokenize  # not trained
    return lambda text: [end for _, end in spans(text)]


def by_paragraph(ends_of):
    """Spans of a whole text, from a library's ends in a paragraph."""

    def split(text):
        spans, start = [], 0
        for gap in [*GAP.finditer(text), None]:
            end = gap.start() if gap else len(text)
            part = text[start:end]
            for n in (*ends_of(part), len(part)) if part.strip() else ():
                spans.append((start, start + len(part[:n].rstrip())))
            start = gap.end() if gap else end
        return spans

    return split


def installed():
    splitters = {"han_attention": split_sentences}
    for name, use in globals().items():
        if name.startswith("use_"):
            try:
                splitters[name[4:]] = by_paragraph(use())
            except ImportError:
                continue
    return splitters


def megabytes_per_second(split, texts):
    size = sum(len(text.encode()) for text in texts)
    start = time.process_time()
    for text in texts:
        split(text)
    return size / 1e6 / (time.process_time() - start)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", default="imdb")
    parser.add_argument("--reviews", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    texts = load_dataset(flags.data).test.texts[: flags.reviews]
    splitters = installed()
    rates = {name: [] for name in splitters}
    for _ in range(flags.rounds):
        for name, split in splitters.items():
            rates[name].append(megabytes_per_second(split, texts))
    print("library           F1  precision  recall   MB/s, median and range")
    for name, split in splitters.items():
        f1, precision, recall = boundary_scores(split)
        print(
            f"{name:13} {f1:6.3f} {precision:10.3f} {recall:7.3f} "
            f"{statistics.median(rates[name]):7.2f}, "
            f"{min(rates[name]):.2f} to {max(rates[name]):.2f}"
        )


if __name__ == "__main__":
    main()
