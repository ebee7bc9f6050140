"""Functions that read the weights of a model, compiled as Keras does."""

from collections.abc import Callable
from collections.abc import Hashable
from typing import Any

import keras


class CompiledFunctions:
    """The functions of a model that are compiled already, by their keys.

    Neither a layer nor a container: as an attribute of the model it is no
    part of it, and is not saved or copied with it.
    """

    def __init__(self) -> None:
        self._models: dict[Hashable, _CompiledFunction] = {}

    def compile(
        self, key: Hashable, function: Callable[..., Any], model: keras.Model
    ) -> Callable[[Any], Any]:
        """The function, with its arguments as one list of arrays.

        With `run_eagerly=True` of the model it runs as it is, step by step.

        Args:
            key: What tells the function from the others.
            function: Takes and gives tensors.
            model: The one whose weights it reads.
        """
        key = key, bool(model.run_eagerly)
        if key not in self._models:
            self._models[key] = _CompiledFunction(function, model)
        return self._models[key].predict_on_batch


class _CompiledFunction(keras.Model):
    def __init__(
        self, function: Callable[..., Any], model: keras.Model
    ) -> None:
        super().__init__(autocast=False, name="compiled")
        self.model = model
        self.function = function
        self.run_eagerly = model.run_eagerly
        self.built = True

    def call(self, inputs: Any) -> Any:
        return self.function(*inputs)
