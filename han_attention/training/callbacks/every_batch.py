"""What looks at every batch, in training and in testing alike."""

import keras


class EveryBatch(keras.callbacks.Callback):
    """Hands every batch of training or testing to `on_batch`.

    Attributes:
        first_batch: The number of the first one, from 0.
    """

    first_batch = 0

    def on_batch(self, batch: int, logs: dict[str, float]) -> None:
        raise NotImplementedError

    def on_train_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        self.on_batch(self.first_batch + batch, logs or {})

    def on_test_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        self.on_batch(batch, logs or {})
