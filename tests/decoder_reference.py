"""The attention decoder in NumPy float64: one row, one head at a time."""

import numpy as np


def double(layer):
    """The weights of a layer in float64, by their names."""
    return {
        weight.name: value.astype("float64")
        for weight, value in zip(
            layer.weights, layer.get_weights(), strict=True
        )
    }


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(x, state, kernel, recurrent_kernel, bias):
    """Keras' LSTMCell: columns i, f, c, o; state h, c."""
    h, c = state
    gates = x @ kernel + h @ recurrent_kernel + bias
    i, f, new, o = np.split(gates, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    h = sigmoid(o) * np.tanh(c)
    return h, [h, c]


def gru(x, state, kernel, recurrent_kernel, bias):
    """Keras' GRUCell(reset_after=False): columns z, r, h."""
    (h,) = state
    units = len(h)
    of_x = x @ kernel + bias
    gates = of_x[: 2 * units] + h @ recurrent_kernel[:, : 2 * units]
    z, r = np.split(sigmoid(gates), 2)
    new = of_x[2 * units :] + (r * h) @ recurrent_kernel[:, 2 * units :]
    h = z * h + (1 - z) * np.tanh(new)
    return h, [h]


def read_row(query, memory, mask, weights):
    """Read the memory (S, M) of one row: context (H * M,), weights (H, S)."""
    num_heads = weights["scale"].size // len(weights["scale"])
    scale = weights["scale"].reshape(-1, num_heads)
    per_head = [
        np.split(weights[name], num_heads, axis=-1)
        for name in ("memory_kernel", "query_kernel", "bias")
    ]
    contexts = np.zeros((num_heads, memory.shape[1]))
    shares = np.zeros((num_heads, len(memory)))
    if not mask.any():
        return contexts.ravel(), shares
    real = memory[mask].astype("float64")
    for head, (w1, w2, b) in enumerate(zip(*per_head, strict=True)):
        scores = np.tanh(real @ w1 + query @ w2 + b) @ scale[:, head]
        e = np.exp(scores - scores.max())
        shares[head, mask] = e / e.sum()
        contexts[head] = shares[head, mask] @ real
    return contexts.ravel(), shares


class ReferenceDecoder:
    """What an `AttentionDecoder` with these cells must compute."""

    def __init__(self, decoder, cells, step):
        self.own = double(decoder)
        self.reading = double(decoder.attention)
        self.cells = [double(cell) for cell in cells]
        self.step = step
        self.query = decoder.query
        self.initial_state_attention = decoder.initial_state_attention

    def decode(self, inputs, memory, state, mask, memory_mask, feed=None):
        """Outputs (B, T, O), weights (B, H, T, S), state, context.

        The state is one list for each cell, of tensors (B, units);
        `feed` maps an output (O,) to the next input (I,).
        """
        rows = [
            self._decode_row(
                inputs[row],
                memory[row],
                [[part[row] for part in parts] for parts in state],
                mask[row],
                memory_mask[row],
                feed,
            )
            for row in range(len(inputs))
        ]
        outputs, weights, states, contexts = zip(*rows, strict=True)
        flat = [np.stack(parts) for parts in zip(*states, strict=True)]
        return (
            np.stack(outputs),
            np.stack(weights).swapaxes(1, 2),
            flat,
            np.stack(contexts),
        )

    def _decode_row(self, inputs, memory, state, mask, memory_mask, feed):
        own = self.own
        heads = self.reading["scale"].size // len(self.reading["scale"])
        context = np.zeros(heads * memory.shape[1])
        if self.initial_state_attention:
            hidden = state[-1][0]
            context, _ = self._read(hidden, state, memory, memory_mask)
        outputs = np.zeros((len(inputs), len(own["output_bias"])))
        weights = np.zeros((len(inputs), heads, len(memory)))
        for t in np.flatnonzero(mask):
            x = inputs[t] if feed is None or t == 0 else feed(outputs[t - 1])
            x = np.concatenate([x, context]) @ own["input_kernel"]
            hidden, after = x + own["input_bias"], []
            for cell, parts in zip(self.cells, state, strict=True):
                hidden, parts = self.step(hidden, parts, **cell)
                after.append(parts)
            state = after
            context, weights[t] = self._read(hidden, state, memory, memory_mask)
            both = np.concatenate([hidden, context])
            outputs[t] = both @ own["output_kernel"] + own["output_bias"]
        return outputs, weights, [x for parts in state for x in parts], context

    def _read(self, hidden, state, memory, mask):
        query = hidden
        if self.query == "state":
            query = np.concatenate([x for parts in state for x in parts])
        return read_row(query, memory, mask, self.reading)
