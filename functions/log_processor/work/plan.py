"""How one version of an object is read: decided once, before anything of it is stored, and kept in its ledger row."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from log_processor.errors import PlanError

PLAN_VERSION = 1
Kind = Literal["documents", "lines"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the first attempt at an object decided, which every later attempt, range and continuation follows.

    `format` names the format that reads first; `declared` says that a route named it, so that no other is tried.
    `piece_bytes` is the size of a range if the object is split, else 0. `size_bytes` and `last_modified_ms` are the
    object's own; times without a year, and records without a time, are dated by the latter. `parser` is the version of
    the code that decided.
    """

    format: str
    declared: bool
    kind: Kind
    size_bytes: int
    piece_bytes: int
    last_modified_ms: int
    parser: str
    storage: Literal["records"] = "records"


def encode_plan(plan: Plan) -> str:
    """Return the text of `plan` that ledger rows and messages carry; `decode_plan` is its inverse."""
    return json.dumps({"version": PLAN_VERSION, **asdict(plan)})


def decode_plan(text: str | None) -> Plan | None:
    """Return the plan that `text` stands for, None if there is no text; raises `PlanError` if it is not readable."""
    if not text:
        return None
    try:
        body = json.loads(text)
    except ValueError as error:
        raise PlanError(f"the plan {text[:120]!r} is not JSON: remove it from the object's ledger row") from error
    version = body.pop("version", None) if isinstance(body, dict) else None
    if version != PLAN_VERSION:
        raise PlanError(
            f"the plan is of version {version!r}, which this function does not read: deploy its own version"
        )
    try:
        plan = Plan(**body)
    except TypeError as error:
        raise PlanError(f"the plan {text[:120]!r} is not complete: remove it from the object's ledger row") from error
    if plan.kind not in ("documents", "lines") or plan.storage != "records":
        raise PlanError(f"the plan asks for {plan.kind!r} stored as {plan.storage!r}: deploy the version that wrote it")
    return plan
