"""Match events against the patterns of EventBridge rules, and refuse the patterns that EventBridge refuses.

Source: Amazon EventBridge User Guide, Comparison operators for use in event patterns; EventBridge quotas.
moto 5.2.5 takes an unknown operator for one that always matches, and neighbouring wildcards for one.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from moto.events.exceptions import InvalidEventPatternException

MAX_CHARACTERS = 2048
ESCAPED = re.compile(r"\\[*\\]")
SYMBOL = re.compile(r"\\[*\\]|.", re.DOTALL)


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Tell whether an event has every field of a pattern, each with one of its alternatives."""
    return all(_matches_field(wanted, event[field]) if field in event else False for field, wanted in pattern.items())


def check_pattern(text: str) -> None:
    """Raise moto's `InvalidEventPatternException` if EventBridge refuses a pattern.

    Raises `LookupError` for an operator that the local AWS does not know.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidEventPatternException(reason=f"it is longer than {MAX_CHARACTERS} characters")
    try:
        pattern = json.loads(text)
    except ValueError as error:
        raise InvalidEventPatternException(reason=f"it is not JSON: {error}") from error
    _check_node(pattern)


def _matches_field(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and matches(wanted, value)
    values = value if isinstance(value, list) else [value]
    return any(_matches_value(alternative, one) for alternative in wanted for one in values)


def _matches_value(alternative: Any, value: Any) -> bool:
    if not isinstance(alternative, Mapping):
        return bool(alternative == value)
    ((operator, operand),) = alternative.items()
    return isinstance(value, str) and OPERATORS[operator](operand, value)


def _matches_wildcard(wildcard: str, value: str) -> bool:
    """Tell whether a text matches, where `*` stands for any characters or none, and a backslash makes it plain."""
    parts = (".*" if symbol == "*" else re.escape(symbol[-1]) for symbol in SYMBOL.findall(wildcard))
    return re.fullmatch("".join(parts), value, re.DOTALL) is not None


OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "prefix": lambda operand, value: value.startswith(operand),
    "suffix": lambda operand, value: value.endswith(operand),
    "equals-ignore-case": lambda operand, value: value.lower() == operand.lower(),
    "wildcard": _matches_wildcard,
}


def _check_node(node: Any) -> None:
    if not isinstance(node, Mapping) or not node:
        raise InvalidEventPatternException(reason="a pattern is an object with fields")
    for field, wanted in node.items():
        if isinstance(wanted, Mapping):
            _check_node(wanted)
        elif not isinstance(wanted, list) or not wanted:
            raise InvalidEventPatternException(reason=f'"{field}" must be an object or an array, and not empty')
        else:
            for alternative in wanted:
                _check_alternative(alternative)


def _check_alternative(alternative: Any) -> None:
    if not isinstance(alternative, Mapping):
        return
    ((operator, operand),) = alternative.items()
    if operator not in OPERATORS:
        raise LookupError(f"the local AWS does not know the operator {operator} of event patterns: add it")
    if not isinstance(operand, str):
        raise InvalidEventPatternException(reason=f"{operator} takes a text")
    if operator == "wildcard":
        _check_wildcard(operand)


def _check_wildcard(wildcard: str) -> None:
    plain = ESCAPED.sub("", wildcard)
    if "\\" in plain:
        raise InvalidEventPatternException(reason="Invalid escape character")
    if "**" in ESCAPED.sub(".", wildcard):
        raise InvalidEventPatternException(reason="Consecutive wildcard characters")
