"""The registry of the methods of explanation: a file and a line for each.

It loads without Keras: names and descriptions can be read at once, and what a
method needs is imported when it runs.
"""

from importlib import import_module

from han_attention.explain.methods.base import Method

# The files of this folder, each with its entry `METHOD`, in the order in which
# methods are listed.
_FILES = (
    "attention",
    "contribution",
    "gradient_x_input",
    "integrated_gradients",
    "occlusion",
)

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        import_module(f"{__name__}.{file}").METHOD for file in _FILES
    )
}
