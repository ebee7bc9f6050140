"""The same model in plain PyTorch, with packed sequences."""

from speed_parts import plain_torch


class Contestant(plain_torch.Contestant):
    packed = True
