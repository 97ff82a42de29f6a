"""Evaluate the `Condition` of a policy's statement in a request's context.

Source: AWS Identity and Access Management User Guide, IAM JSON policy elements: Condition operators; Conditions with
multiple context keys or values.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from ipaddress import ip_address, ip_network
from typing import Any

Context = Mapping[str, str | tuple[str, ...]]
"""The condition keys of a request, in lower case; a key with several values has a tuple."""
Compare = Callable[[str, str], bool]
"""Takes the value of a policy and the value of a request."""
ARN_PARTS = 6
NEGATION = re.compile("Not(?=Equals|Like|IpAddress)")


def is_met(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Tell whether every operator of a statement's `Condition` holds for every key that it names."""
    return all(
        _is_key_met(operator, _make_list(values), _read_values(context, key))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def is_like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Tell whether `text` matches, where `*` stands for any characters and `?` for one."""
    return _compile_pattern(pattern, ignore_case).fullmatch(text) is not None


def _read_values(context: Context, key: str) -> tuple[str, ...] | None:
    """Return the values of a key, whose case does not matter; None if the request does not have the key."""
    value = context.get(key.lower())
    return (value,) if isinstance(value, str) else value


def _is_key_met(operator: str, expected: Sequence[str], values: tuple[str, ...] | None) -> bool:
    """Tell whether one operator holds for one key.

    - `Null` asks whether the request has the key.
    - `…IfExists` also holds if the request does not have it.
    - `ForAllValues:` wants all values to match, and holds without any; `ForAnyValue:` wants one of them to.
    - A negated operator holds if no value of the policy matches, and if the request does not have the key.
    """
    quantifier, _, base = operator.rpartition(":")
    if base == "Null":
        return (values is None) == (expected[0].lower() == "true")
    base, if_exists, _ = base.partition("IfExists")
    is_negated, compare = _find_compare(base)
    if not values:
        return bool(if_exists) or quantifier == "ForAllValues" or (is_negated and quantifier != "ForAnyValue")
    matches = (any(compare(wanted, value) for wanted in expected) != is_negated for value in values)
    return any(matches) if quantifier == "ForAnyValue" else all(matches)


def _find_compare(operator: str) -> tuple[bool, Compare]:
    """Return whether an operator is negated, and how it compares two values."""
    positive = NEGATION.sub("", operator)
    if positive not in OPERATORS:
        raise LookupError(f"the local AWS does not know the condition operator {operator}: add it to conditions.py")
    return positive != operator, OPERATORS[positive]


def _is_same(wanted: str, value: str) -> bool:
    return wanted == value


def _is_same_in_any_case(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


def _is_arn_like(wanted: str, value: str) -> bool:
    """Compare the six parts of two ARNs each on its own, so that no `*` reaches beyond a colon but in the last."""
    pairs = wanted.split(":", ARN_PARTS - 1), value.split(":", ARN_PARTS - 1)
    return len(pairs[0]) == len(pairs[1]) == ARN_PARTS and all(map(is_like, *pairs))


def _is_in_network(wanted: str, value: str) -> bool:
    return ip_address(value) in ip_network(wanted, strict=False)


def _compare_numbers(accept: Callable[[float, float], bool], wanted: str, value: str) -> bool:
    return accept(float(value), float(wanted))


def _compare_dates(accept: Callable[[float, float], bool], wanted: str, value: str) -> bool:
    return accept(_read_date(value), _read_date(wanted))


def _read_date(text: str) -> float:
    """Return the seconds since 1970 of a date in ISO 8601 or in such seconds; without an offset it is in UTC."""
    if re.fullmatch(r"\d{9,}", text):
        return float(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "Equals": float.__eq__,
    "LessThan": float.__lt__,
    "LessThanEquals": float.__le__,
    "GreaterThan": float.__gt__,
    "GreaterThanEquals": float.__ge__,
}
OPERATORS: Mapping[str, Compare] = {
    "StringEquals": _is_same,
    "StringEqualsIgnoreCase": _is_same_in_any_case,
    "StringLike": is_like,
    "ArnEquals": _is_arn_like,
    "ArnLike": _is_arn_like,
    "Bool": _is_same_in_any_case,
    "IpAddress": _is_in_network,
    **{f"Numeric{order}": partial(_compare_numbers, accept) for order, accept in ORDERS.items()},
    **{f"Date{order}": partial(_compare_dates, accept) for order, accept in ORDERS.items()},
}
"""How each operator compares; `NotEquals`, `NotLike` and `NotIpAddress` are the same, negated."""


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _make_list(value: Any) -> list[str]:
    values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    return [str(one) for one in values]
