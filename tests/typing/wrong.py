"""Wrong uses: each line with the word at its end must be an error."""

import han_attention
from han_attention import AttentionPooling
from han_attention import BiGRU
from han_attention import BiLSTM
from han_attention import OnnxPredictor
from han_attention import Predictor
from han_attention import TextClassifier
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import load_csv
from han_attention import make_demo_reviews
from han_attention import nonsense  # error
from han_attention.data import load_parket  # error
from han_attention.explain import explain_text  # error
from han_attention.seq2seq import AttentionSeq2Seq
from han_attention.seq2seq import Translator

TextClassifier(epoch=3)  # error
TextClassifier(epochs="three")  # error
AttentionPooling()  # error
AttentionPooling(units="a")  # error
AttentionPooling(8, normalizer=None)  # error
BiGRU()  # error
BiGRU(8, num_layers="2")  # error
BiLSTM("8")  # error
build_classifier()  # error
build_classifier(100, classes=3)  # error
build_classifier(100, dropout="none")  # error

model = build_classifier(100)
tokenizer = Tokenizer.train(["a text"])
tokenizer.encode_idz(["a text"])  # error
Tokenizer.train(3)  # error
Predictor(model)  # error
Predictor(model, "tokenizer", ["bad", "good"])  # error
OnnxPredictor.load()  # error
OnnxPredictor.load("model").predict_probability(["a text"])  # error

make_demo_reviews("many")  # error
number: int = make_demo_reviews()  # error
load_csv()  # error
han_attention.seq2seq.Translater  # error
sequences = AttentionSeq2Seq(50)  # error
Translator(sequences)  # error
sequences.generate([[3]], beam_size="2")  # error
