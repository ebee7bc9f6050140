#!/usr/bin/env bash
# Guess: packed sequences (`pack_padded_sequence`) train a GRU on a processor no
# slower than padded ones, since they leave the padding out.
# Seen (torch 2.13.0, processor, one thread, 2026-11-28): forward they are twice as
# fast, but the gradients take six times as long and more: 128 texts of 250 steps at
# most, 122 on average, 100 inputs and 150 units in two directions took 0.9 s forward
# and backward padded, and 3.4 s packed; of 256 texts backward alone 0.5 s and 12.6 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet torch==2.13.0 numpy==2.4.6
cat > measure.py <<'PYTHON'
import statistics
import time

import torch
from torch.nn.utils.rnn import pack_padded_sequence

torch.set_num_threads(1)
torch.manual_seed(0)
lengths = torch.randint(10, 251, (128,))
inputs = torch.randn(128, 250, 100)
gru = torch.nn.GRU(100, 150, batch_first=True, bidirectional=True)


def measure(given):
    start = time.process_time()
    outputs = gru(given)[0]
    outputs = outputs if given is inputs else outputs.data
    forward = time.process_time()
    outputs.sum().backward()
    return forward - start, time.process_time() - forward


packed = pack_padded_sequence(
    inputs, lengths, batch_first=True, enforce_sorted=False
)
rounds = [(measure(inputs), measure(packed)) for _ in range(4)][1:]
padded, packed = (
    [statistics.median(each) for each in zip(*side)] for side in zip(*rounds)
)
print("padded: forward %.2f s, backward %.2f s" % tuple(padded))
print("packed: forward %.2f s, backward %.2f s" % tuple(packed))
if packed[1] < 4 * padded[1]:
    raise SystemExit("changed: gradients of packed sequences are not slow")
PYTHON
environment/bin/python measure.py
