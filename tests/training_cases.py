"""Trainings for the tests: the published settings, texts and files."""

from han_attention.settings import Settings
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.sources.stream import prepare_files
from han_attention.training.trainer import train_model


def published(**settings):
    """The settings of the published program, some changed, all checked."""
    return Settings.from_preset("imdb", **settings).checked()


def fit_texts(settings, texts, labels, unlabelled=(), **options):
    """Train on texts in memory."""
    return train_model(
        settings,
        lambda settings: prepare_texts(
            settings, texts, labels, unlabelled=unlabelled
        ),
        **options,
    )


def fit_files(settings, files, unlabelled=(), **options):
    """Train on a stream of files."""
    return train_model(
        settings,
        lambda settings: prepare_files(settings, files, unlabelled=unlabelled),
        **options,
    )
