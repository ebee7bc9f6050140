"""The same model in plain PyTorch, its `nn.GRU` padded or packed."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence
from torch.nn.utils.rnn import pad_packed_sequence

from han_attention.settings import Settings
from speed_parts.material import pad_to_limit


class Classifier(nn.Module):
    """Embedding, BiGRU, the attention of Yang et al., dropout, one logit."""

    def __init__(self, settings, vocabulary_size, packed):
        super().__init__()
        units = settings.rnn_units
        self.packed = packed
        self.embedding = nn.Embedding(vocabulary_size, settings.embedding_dim)
        nn.init.uniform_(self.embedding.weight, -1, 1)
        self.gru = nn.GRU(
            settings.embedding_dim, units, batch_first=True, bidirectional=True
        )
        self.hidden = nn.Linear(2 * units, settings.attention_units)
        self.score = nn.Linear(settings.attention_units, 1, bias=False)
        self.dropout = nn.Dropout(settings.dropout)
        self.logits = nn.Linear(2 * units, 1)

    def forward(self, ids):
        mask = ids != 0
        words = self.embedding(ids)
        if self.packed:
            lengths = mask.sum(1).clamp(min=1)
            words = pack_padded_sequence(
                words, lengths, batch_first=True, enforce_sorted=False
            )
            hidden, _ = pad_packed_sequence(
                self.gru(words)[0], batch_first=True, total_length=ids.shape[1]
            )
        else:
            hidden, _ = self.gru(words)
        scores = self.score(torch.tanh(self.hidden(hidden)))[..., 0]
        weights = scores.masked_fill(~mask, -1e9).softmax(1)
        pooled = (weights[..., None] * hidden).sum(1)
        return self.logits(self.dropout(pooled))


class Contestant:
    packed = False

    def __init__(self, material):
        self.material = material
        settings = Settings.from_preset("imdb")
        size = len(material.tokenizer)
        self.model = Classifier(settings, size, self.packed)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), settings.learning_rate
        )

    def train(self, epoch):
        self.model.train()
        loss = nn.BCEWithLogitsLoss()
        for ids, labels in self.material.padded_batches(epoch):
            self.optimizer.zero_grad()
            logits = self.model(torch.from_numpy(ids))
            loss(logits, torch.from_numpy(labels)).backward()
            self.optimizer.step()

    @torch.inference_mode()
    def predict(self, texts):
        self.model.eval()
        ids = torch.from_numpy(pad_to_limit(self.material.encode(texts)))
        return [self.model(part).sigmoid() for part in ids.split(64)]
