"""This package, with the settings of the preset `imdb`."""

import keras

from han_attention import Explainer
from han_attention import Predictor
from han_attention.settings import Settings
from han_attention.training.model import build_model
from han_attention.training.model import compile_model
from han_attention.training.sources.batches import InMemorySplit
from han_attention.training.sources.memory import make_preprocessor
from han_attention.training.task import Task

TASK = Task(["negative", "positive"])


class Contestant:
    def __init__(self, material):
        self.material = material
        self.settings = Settings.from_preset("imdb").checked()
        self.split = InMemorySplit(material.train, material.labels)
        size = len(material.tokenizer)
        self.model = build_model(self.settings, TASK, size)
        steps = -(-len(self.split) // self.settings.batch_size)
        compile_model(self.model, self.settings, TASK, steps)
        preprocessor = make_preprocessor(self.settings, material.tokenizer)
        self.predictor = Predictor(self.model, preprocessor, TASK.class_names)
        self.explainer = Explainer(self.predictor)

    def train(self, epoch):
        settings = self.settings
        batches = self.split.batches(settings.batch_size, settings.seed, epoch)
        self.model.fit(batches.feed(), shuffle=False, verbose=0)

    def predict(self, texts):
        self.predictor.predict_proba(texts)

    def encode(self, texts):
        self.material.encode(texts)

    def explain(self, texts):
        self.explainer(texts)


def count_products(tokens):
    """The floating point operations of training on so many real tokens.

    Forward the products of the BiGRU and of the attention, backward twice
    as many: the same for all contestants but TF-IDF.
    """
    settings = Settings.from_preset("imdb")
    units, dim = settings.rnn_units, settings.embedding_dim
    bigru = 2 * 2 * (dim + units) * 3 * units
    attention = 2 * 2 * units * settings.attention_units
    return 3 * (bigru + attention) * tokens


def use_precision(name):
    if name:
        keras.config.set_dtype_policy(f"mixed_{name}")
