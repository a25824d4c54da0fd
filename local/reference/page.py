"""The reference as one page: no script, nothing from elsewhere, every part under an anchor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import JsonValue

    from local.reference.parameters import Schema

_TEMPLATES: Final = ROOT / "local" / "reference" / "templates"
_SCHEMAS: Final = "#/components/schemas/"
_LIMITS: Final = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "from {}",
    "maximum": "to {}",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "default": "{} unless sent",
}


def page(document: Schema) -> str:
    """The page of an OpenAPI document."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"kind": kind, "limits": limits, "words": words, "example": _example}
    template = environment.get_template("reference.html")
    return template.render(api=document, sections=_sections(document), ref=_ref_of) + "\n"


def _sections(document: Schema) -> Mapping[str, list[Mapping[str, JsonValue]]]:
    """The operations by tag."""
    found: dict[str, list[Mapping[str, JsonValue]]] = {}
    for method, path, operation in _operations(document["paths"]):
        found.setdefault(str(operation["tags"][0]), []).append(  # type: ignore[index]  # a list of texts
            {**operation, "method": method.upper(), "path": path}
        )
    return dict(sorted(found.items()))


def _operations(paths: JsonValue) -> Iterator[tuple[str, str, dict[str, JsonValue]]]:
    if isinstance(paths, dict):
        for path, item in paths.items():
            for method, operation in item.items() if isinstance(item, dict) else ():
                if isinstance(operation, dict):
                    yield method, path, operation


def kind(schema: Schema) -> Markup:
    """The type of `schema` in words, with links to the schemas that it names."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_SCHEMAS)
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    either = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(either, list):
        return Markup(" or ").join(kind(each) for each in either if isinstance(each, dict))
    if "enum" in schema or "const" in schema:
        return _choices(schema)
    return _structure(schema)


def _choices(schema: Schema) -> Markup:
    values = schema.get("enum", [schema.get("const")])
    shown = [json.dumps(each) for each in values] if isinstance(values, list) else []
    return Markup(" or ").join(Markup("<code>{}</code>").format(each) for each in shown)


def _structure(schema: Schema) -> Markup:
    types = schema.get("type", "anything")
    named = [str(each) for each in types] if isinstance(types, list) else [str(types)]
    inner = schema.get("items", schema.get("additionalProperties"))
    text = escape(" or ".join(named))
    if isinstance(inner, dict) and inner:
        text += Markup(" of ") + kind(inner)
    return text


def limits(schema: Schema) -> str:
    """Bounds and default in words."""
    found = [
        text.format(json.dumps(schema[name])) for name, text in _LIMITS.items() if name in schema
    ]
    return ", ".join([*found, *([str(schema["format"])] if "format" in schema else [])])


def words(text: str) -> Markup:
    """Text with what is between backticks as code."""
    parts = str(text).split("`")
    shown = (
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
    return Markup("").join(shown)


def _example(value: JsonValue) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _ref_of(response: Mapping[str, JsonValue]) -> str:
    return str(response.get("$ref", "")).rpartition("/")[2]
