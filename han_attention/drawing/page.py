"""The files of which pages of HTML are made."""

import hashlib
import json
from base64 import b64encode
from importlib.resources import files
from typing import Any

# What would end the script that holds the data, or a line of it.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def read_part(package: str, name: str) -> str:
    """A file of the folder `parts` of a package.

    Example:
    >>> "article" in read_part("han_attention.drawing", "style.css")
    True
    """
    return (files(package) / "parts" / name).read_text(encoding="utf-8")


def hash_for_policy(content: str) -> str:
    """A style or script as a Content-Security-Policy names it.

    Example:
    >>> hash_for_policy("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{b64encode(digest).decode()}'"


def make_policy(style: str, script: str, more: str = "") -> str:
    """A Content-Security-Policy: nothing else is loaded, run or sent to.

    Args:
        style: The one style of the page.
        script: Its one script.
        more: What else may run. Defaults to `""`: nothing.

    Example:
    >>> make_policy("", "").startswith("default-src 'none'; base-uri 'none'")
    True
    """
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src {hash_for_policy(style)}; "
        f"script-src {hash_for_policy(script)}{more}"
    )


def script_json(data: Any) -> str:
    """JSON that can stand in a script element, whatever the texts hold.

    Example:
    >>> script_json(["</script>"])
    '["\\\\u003c/script\\\\u003e"]'
    """
    text = json.dumps(
        data, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.translate(_ESCAPES)
