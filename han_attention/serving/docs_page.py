"""The page that says how to use the server: it loads nothing from elsewhere."""

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi import Request
from fastapi import Response

# Swagger, which FastAPI would show, comes from another server.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;"
    "padding:0 1rem;color-scheme:light dark}"
    "pre{padding:.7rem;border:1px solid;overflow-x:auto}"
    "td,th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top}"
)
_EXAMPLE = (
    "curl {url}predict -H 'Content-Type: application/json' "
    '-d \'{{"texts": ["What a fine film"], "words": 3}}\''
)


def add_docs(app: FastAPI) -> None:
    """Give an application its page, `GET /docs`, also at `/`."""

    @app.get("/", include_in_schema=False)
    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        page = render_docs(app.openapi(), str(request.base_url))
        headers = {"Content-Security-Policy": _POLICY}
        return Response(page, media_type="text/html", headers=headers)


def render_docs(schema: dict[str, Any], url: str) -> str:
    """A page of HTML that shows what an OpenAPI schema says.

    Args:
        schema: Of OpenAPI 3.1, as FastAPI makes it.
        url: Of the server, with a slash at its end.

    Example:
    >>> schema = {"info": {"title": "a < b", "version": "1"}, "paths": {}}
    >>> "<h1>a &lt; b 1</h1>" in render_docs(schema, "http://localhost/")
    True
    """
    title = escape(f"{schema['info']['title']} {schema['info']['version']}")
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        '<p>JSON in, JSON out; <a href="openapi.json">openapi.json</a> says '
        "the same to programs.</p>",
        f"<pre>{escape(_EXAMPLE.format(url=url))}</pre>",
    ]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            parts.append(f"<h2>{escape(method.upper())} {escape(path)}</h2>")
            parts.append(f"<p>{escape(operation.get('summary', ''))}</p>")
    for name, model in schema.get("components", {}).get("schemas", {}).items():
        parts.append(_render_model(name, model))
    return "\n".join([*parts, "</body></html>\n"])


def _render_model(name: str, model: dict[str, Any]) -> str:
    """What an object has: its names, their types, what they are."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(field)}</th>"
        f"<td>{escape(_name_type(about))}</td>"
        f"<td>{escape(about.get('description', ''))}</td></tr>"
        for field, about in model.get("properties", {}).items()
    )
    said = escape(model.get("description", ""))
    return f"<h3>{escape(name)}</h3><p>{said}</p><table>{rows}</table>"


def _name_type(about: dict[str, Any]) -> str:
    """A type of JSON in words, such as "array of string or null"."""
    if "anyOf" in about:
        return " or ".join(map(_name_type, about["anyOf"]))
    if "$ref" in about:
        return str(about["$ref"]).rpartition("/")[2]
    kind = str(about.get("type", "any value"))
    if kind == "array":
        return f"array of {_name_type(about.get('items', {}))}"
    return kind
