"""Right uses of the public names: no type checker may complain."""

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import han_attention
from han_attention import PRESETS
from han_attention import AttentionPooling
from han_attention import BiGRU
from han_attention import BiLSTM
from han_attention import Explanation
from han_attention import OnnxPredictor
from han_attention import Predictor
from han_attention import Report
from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import evaluate
from han_attention import explain_texts
from han_attention import load_csv
from han_attention import load_dataset
from han_attention import make_demo_reviews
from han_attention import save_html
from han_attention.data import TextDataset
from han_attention.layers import NGramEmbeddingBag
from han_attention.layers import SequencePooling
from han_attention.seq2seq import AttentionSeq2Seq
from han_attention.seq2seq import Generated
from han_attention.seq2seq import Translator

version: str = han_attention.__version__
presets: list[str] = sorted(PRESETS)

AttentionPooling(50, num_heads=2, normalizer="sparsemax", name="attention")
AttentionPooling(units=50, dropout=0.1)
BiGRU(32, num_layers=2, merge_mode=None)
BiLSTM(units=32, dropout=0.1)
SequencePooling("max")
NGramEmbeddingBag(1, ngram_range=(1, 2))
TextClassifier(ngram_range=(1, 3), num_ngram_buckets=2**18)
model = build_classifier(10_000, num_classes=3, cell="lstm", seed=1)

reviews = make_demo_reviews(100, 20)
assert_type(reviews, TextDataset)
assert_type(load_dataset("demo"), TextDataset)
texts = list(reviews.train.texts)
read, labels = load_csv("reviews.csv")
words_read: list[str] = read
assert_type(TextFiles(["reviews.csv"]), TextFiles)

classifier = TextClassifier(epochs=3, seed=1, dropout=0.1)
classifier.fit(texts, list(reviews.train.labels))
probabilities: NDArray[np.float32] = classifier.predict_proba(texts)
classifier.save("model")

tokenizer = Tokenizer.train(texts)
predictor = Predictor(model, tokenizer, ["bad", "fair", "good"])
rows: NDArray[np.float32] = predictor.predict_proba(texts)
assert_type(OnnxPredictor.load("model"), OnnxPredictor)

explanations = explain_texts(predictor, texts)
first: Explanation = explanations[0]
words: list[str] = [word.text for word in first.words]
save_html("page.html", explanations)
report = evaluate(rows, reviews.train.labels, ["bad", "fair", "good"])
assert_type(report, Report)
accuracy: float | None = report.accuracy

sequences = AttentionSeq2Seq(50, 60, embedding_dim=8, rnn_units=16)
assert_type(sequences.generate(np.array([[3, 4]]), beam_size=2), Generated)
translator = Translator(sequences, tokenizer, tokenizer)
written: list[str] = translator.translate(["a text"], beam_size=5)
