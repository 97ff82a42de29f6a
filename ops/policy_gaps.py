"""Find what a bucket's policy lacks of the statements that a source needs."""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from stacks.sources.policy import Statement


def find_missing(needed: Iterable[Statement], policy: str) -> list[Statement]:
    """Return the needed statements that no single statement of a policy's JSON gives; an empty text gives none.

    A statement gives another if it allows its principals all of its actions and resources, and demands nothing else.
    """
    given = _make_list(json.loads(policy)["Statement"]) if policy else []
    return [statement for statement in needed if not any(_gives(one, statement) for one in given)]


def _gives(given: Mapping[str, Any], needed: Statement) -> bool:
    return (
        given.get("Effect") == "Allow"
        and _includes(_list_principals(given.get("Principal")), _list_principals(needed["Principal"]))
        and _includes(_lower(given.get("Action", ())), _lower(needed["Action"]))
        and _includes(_make_list(given.get("Resource", ())), _make_list(needed["Resource"]))
        and _demands_no_more(given.get("Condition", {}), needed.get("Condition", {}))
    )


def _includes(patterns: list[str], texts: list[str]) -> bool:
    return all(any(fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns) for text in texts)


def _demands_no_more(given: Mapping[str, Any], needed: Mapping[str, Any]) -> bool:
    """Tell whether each condition that is given is one of those needed, with no fewer values."""
    wanted = {(operator, key.lower()): values for operator, keys in needed.items() for key, values in keys.items()}
    return all(
        _includes(_make_list(values), _make_list(wanted[operator, key.lower()]))
        if (operator, key.lower()) in wanted
        else False
        for operator, keys in given.items()
        for key, values in keys.items()
    )


def _list_principals(element: Any) -> list[str]:
    groups = element.values() if isinstance(element, Mapping) else [element] if element else []
    return [str(name) for group in groups for name in _make_list(group)]


def _lower(values: Any) -> list[str]:
    return [str(value).lower() for value in _make_list(values)]


def _make_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
