"""All settings as a docstring says them."""

from typing import Any

from han_attention.settings import SETTINGS


def describe_settings(indent: str = "    ") -> str:
    """All settings as the `Args` of a docstring."""
    lines = []
    for name, setting in SETTINGS.items():
        text = setting.metadata["help"]
        text = f"{text[0].upper()}{text[1:]}. Defaults to "
        lines.append(f"{indent}    {name}: {text}{_to_code(setting.default)}.")
    return "\n".join(lines)


def _to_code(default: Any) -> str:
    """A default as docstrings write it."""
    if isinstance(default, str):
        return f'`"{default}"`'
    if isinstance(default, (bool, tuple)):
        return f"`{default}`"
    return f"{default:,}" if isinstance(default, int) else f"{default}"
