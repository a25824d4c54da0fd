"""CloudFormation's tags and functions, resolved with the values of this machine."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import yaml
from pydantic import JsonValue

from local.errors import TemplateError

REGION: Final = "eu-central-1"
ACCOUNT: Final = "000000000000"
STACK: Final = "counterfoil"

PSEUDO_PARAMETERS: Final[Mapping[str, JsonValue]] = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
NO_VALUE: Final = "AWS::NoValue"
PLACEHOLDER: Final = re.compile(r"\$\{(!?)([^}]+)\}")


class Loader(yaml.SafeLoader):
    """YAML as CloudFormation writes it: `!Ref X` reads as `{"Ref": X}`, a date stays a string."""


def _construct_tag(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, object]:
    key = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {key: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {key: loader.construct_mapping(node, deep=True)}
    raise TemplateError(f"the tag !{suffix} holds neither text, list nor mapping")


def _construct_text(loader: Loader, node: yaml.ScalarNode) -> str:
    return loader.construct_scalar(node)


Loader.add_multi_constructor("!", _construct_tag)
Loader.add_constructor("tag:yaml.org,2002:timestamp", _construct_text)


class Resolver:
    """Replaces intrinsic functions by values; one that it does not know is a `TemplateError`."""

    def __init__(
        self,
        references: Mapping[str, JsonValue],
        conditions: Mapping[str, JsonValue],
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._references = {**PSEUDO_PARAMETERS, **references}
        self._conditions = conditions
        self._attributes = attributes or {}
        self._functions: Mapping[str, Callable[[JsonValue], JsonValue]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Split": self._split,
            "Fn::Select": self._select,
            "Fn::If": self._if,
            "Fn::Equals": self._equals,
            "Fn::Not": lambda operands: not self._operands(operands)[0],
            "Fn::And": lambda operands: all(self._operands(operands)),
            "Fn::Or": lambda operands: any(self._operands(operands)),
        }

    def resolve(self, value: JsonValue) -> JsonValue:
        """`value` without intrinsics; keys and entries that come to AWS::NoValue are left out."""
        if isinstance(value, list):
            return [self.resolve(entry) for entry in value if not self._is_dropped(entry)]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, operand),) = value.items()
            if name in self._functions:
                return self._functions[name](operand)
            if name.startswith("Fn::"):
                raise TemplateError(f"template: {name} cannot be resolved on this machine")
        return {
            key: self.resolve(entry) for key, entry in value.items() if not self._is_dropped(entry)
        }

    def _is_dropped(self, entry: JsonValue) -> bool:
        if isinstance(entry, dict) and "Fn::If" in entry:
            return self._is_dropped(self._branch(entry["Fn::If"]))
        return entry == {"Ref": NO_VALUE}

    def _operands(self, operands: JsonValue) -> list[JsonValue]:
        if not isinstance(operands, list):
            raise TemplateError(f"template: a list was expected, not {operands!r}")
        return [self.resolve(operand) for operand in operands]

    def _ref(self, name: JsonValue) -> JsonValue:
        return self._lookup(str(name))

    def _lookup(self, name: str) -> JsonValue:
        if name not in self._references:
            raise TemplateError(f"template: !Ref {name} names nothing in the template")
        return self._references[name]

    def _condition(self, name: JsonValue) -> JsonValue:
        if str(name) not in self._conditions:
            raise TemplateError(f"template: the condition {name} is not in the template")
        return self.resolve(self._conditions[str(name)])

    def _get_att(self, operands: JsonValue) -> JsonValue:
        resource, attribute = map(str, self._operands(operands))
        known = self._attributes.get(resource, {})
        if attribute in known:
            return known[attribute]
        return f"arn:aws:local:{REGION}:{ACCOUNT}:{self._lookup(resource)}/{attribute}"

    def _sub(self, operand: JsonValue) -> JsonValue:
        text, names = operand if isinstance(operand, list) else (operand, {})
        local_names = self.resolve(names)
        if not isinstance(local_names, dict):
            raise TemplateError("template: the second part of !Sub is not a mapping")

        def replacement(match: re.Match[str]) -> str:
            escaped, name = match.groups()
            if escaped:
                return f"${{{name}}}"
            if name in local_names:
                return str(local_names[name])
            if "." in name:
                return str(self._get_att(list(name.split(".", 1))))
            return str(self._lookup(name))

        return PLACEHOLDER.sub(replacement, str(text))

    def _join(self, operands: JsonValue) -> JsonValue:
        separator, parts = self._operands(operands)
        if not isinstance(parts, list):
            raise TemplateError("template: the second part of !Join is not a list")
        return str(separator).join(str(part) for part in parts)

    def _split(self, operands: JsonValue) -> JsonValue:
        separator, text = self._operands(operands)
        return [*str(text).split(str(separator))]

    def _select(self, operands: JsonValue) -> JsonValue:
        place, parts = self._operands(operands)
        if not isinstance(parts, list) or not str(place).isdigit():
            raise TemplateError("template: !Select takes a place and a list")
        return parts[int(str(place))]

    def _if(self, operands: JsonValue) -> JsonValue:
        return self.resolve(self._branch(operands))

    def _branch(self, operands: JsonValue) -> JsonValue:
        if not isinstance(operands, list) or len(operands) != len(("condition", "yes", "no")):
            raise TemplateError("template: !If needs a condition and two values")
        condition, yes, no = operands
        return yes if self._condition(condition) else no

    def _equals(self, operands: JsonValue) -> JsonValue:
        left, right = self._operands(operands)
        return left == right
