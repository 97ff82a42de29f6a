"""Decide whether a request is allowed, by the caller's own policies and the policy of the resource.

Source: AWS Identity and Access Management User Guide, Policy evaluation logic; Cross-account policy evaluation logic;
AWS JSON policy elements: Principal, NotPrincipal, NotAction, NotResource; AWS Key Management Service Developer Guide,
Key policies in AWS KMS.
"""

import json
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from emulator.aws.policies.callers import AccessRequest, Caller
from emulator.aws.policies.conditions import is_like, is_met

Statement = Mapping[str, Any]
KMS = "arn:aws:kms:"


class Naming(Enum):
    """How a statement of a resource's policy names a caller."""

    NOT = auto()
    BY_ACCOUNT = auto()
    DIRECTLY = auto()


def is_allowed(request: AccessRequest, resource_policy: str = "") -> bool:
    """Tell whether a request is allowed: nothing denies it, and what has to allow it does.

    - A caller of the owner's account: its own policies, or the resource's policy if that names the caller or everybody.
    - A caller of another account: both, and there it is enough that the resource's policy names its account.
    - A service, and an anonymous caller: the resource's policy.
    - For a KMS key, also in one account: the key's policy, or both if that names the account.
    """
    caller = request.caller
    own = [statement["Effect"] for policy in caller.policies for statement in _list_applicable(policy, request)]
    granted = [
        (statement["Effect"], naming)
        for statement in _list_applicable(resource_policy, request)
        if (naming := _find_naming(statement, caller)) is not Naming.NOT
    ]
    if "Deny" in (*own, *(effect for effect, _ in granted)):
        return False
    has_own, is_named = caller.is_root or bool(own), any(naming is Naming.DIRECTLY for _, naming in granted)
    if not caller.account:
        return is_named
    if caller.account != request.owner:
        return has_own and bool(granted)
    return is_named or (has_own and (bool(granted) or not request.resource.startswith(KMS)))


def _list_applicable(policy: str, request: AccessRequest) -> Iterator[Statement]:
    """Yield the statements whose action, resource and condition are those of the request."""
    for statement in _read_statements(policy):
        if (
            _matches(statement, "Action", request.action, ignore_case=True)
            and _matches(statement, "Resource", request.resource)
            and is_met(statement.get("Condition", {}), request.build_context())
        ):
            yield statement


def _matches(statement: Statement, element: str, text: str, *, ignore_case: bool = False) -> bool:
    """Tell whether `Action` or `Resource` matches the text, or `NotAction` or `NotResource` does not."""
    is_negated = f"Not{element}" in statement
    patterns = _make_list(statement[f"Not{element}" if is_negated else element])
    return any(is_like(pattern, text, ignore_case=ignore_case) for pattern in patterns) != is_negated


def _find_naming(statement: Statement, caller: Caller) -> Naming:
    """Tell how a statement names the caller; a `NotPrincipal` spares a caller only if it lists all of its names."""
    if "NotPrincipal" in statement:
        spared = _list_principals(statement["NotPrincipal"])
        names = caller.arns | ({caller.service} - {""})
        is_listed = bool(names) and names <= spared and bool(not caller.account or spared & caller.account_names)
        return Naming.NOT if is_listed else Naming.DIRECTLY
    listed = _list_principals(statement["Principal"])
    if listed & (caller.arns | {"*", caller.service}):
        return Naming.DIRECTLY
    return Naming.BY_ACCOUNT if listed & caller.account_names else Naming.NOT


def _list_principals(element: Any) -> set[str]:
    """Return the names in a `Principal`; everybody is `*`, also as an AWS principal."""
    groups = element.values() if isinstance(element, Mapping) else [element]
    return {str(name) for group in groups for name in _make_list(group)}


@lru_cache(maxsize=256)
def _read_statements(policy: str) -> tuple[Statement, ...]:
    """Return the statements of a policy's JSON; an empty text has none."""
    if "${" in policy:
        raise LookupError("the local AWS does not know policy variables, such as ${aws:username}: add them here")
    return tuple(_make_list(json.loads(policy)["Statement"])) if policy else ()


def _make_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
