"""TF-IDF of words and pairs with logistic regression, in scikit-learn."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def make_tfidf():
    return make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=1_000),
    )


class Contestant:
    """Fits the drawn training texts, which it gets as words again."""

    def __init__(self, material):
        train = material.train
        self.labels = material.labels[:, 0]
        self.texts = [
            material.tokenizer.decode(train.ids[start : start + length])
            for start, length in zip(train.starts, train.lengths, strict=True)
        ]
        self.model = make_tfidf().fit(self.texts, self.labels)

    def train(self, epoch):
        self.model.fit(self.texts, self.labels)

    def predict(self, texts):
        self.model.predict_proba(texts)

    def encode(self, texts):
        self.model[0].transform(texts)
