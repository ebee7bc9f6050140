"""Small models, untrained and compiled, of some settings."""

import keras
import numpy as np
from training_cases import published

from han_attention.training.model import build_model
from han_attention.training.model import compile_model
from han_attention.training.task import Task

TWO = Task(["a", "b"])
THREE = Task(["a", "b", "c"])
IDS = np.array([[3, 9, 4], [7, 2, 0], [5, 5, 6]])


def config_of(**settings):
    sizes = {"embedding_dim": 6, "rnn_units": 4, "attention_units": 3}
    return published(**sizes | {"seed": 1} | settings)


def built(task=TWO, word_vectors=None, **settings):
    return build_model(config_of(**settings), task, 20, word_vectors)


def compiled(task=TWO, epoch=0, **settings):
    model = built(task, **settings)
    compile_model(model, config_of(**settings), task, 10, epoch)
    return model


def rate(model):
    return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
