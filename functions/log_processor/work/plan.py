"""Define the plan of an object version: how it is read. It is decided once, and kept in the object's ledger row."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from log_processor.errors import PlanError
from log_processor.formats.lib.dating import DateOrder, is_date_orders
from log_processor.settings import Storage
from log_processor.work.field_rules import FLAG, OFFSET, TIME_MS, FieldRule, bound_number, find_wrong_field

PLAN_VERSION = 1
REMEDY = "remove it from the object's ledger row"
Kind = Literal["documents", "lines"]
PACK_LAYOUT = "1.zstd"
"""The layout of packs and their compression; readers know each that there ever was."""
GRID_BITS = 18
"""A cell, whose records are packed together, has 256 KiB of the decompressed stream."""
GRIDS = (GRID_BITS, 21, 24)
"""The bits of all grids: cells of 2 and of 16 MiB are those of objects of which few records are kept."""
NAME = FieldRule(lambda value: isinstance(value, str), "text")
RULES = {
    "format": NAME,
    "declared": FLAG,
    "kind": NAME,
    "size_bytes": OFFSET,
    "etag": NAME,
    "piece_bytes": OFFSET,
    "last_modified_ms": TIME_MS,
    "parser": NAME,
    "rules": FieldRule(lambda value: isinstance(value, dict), "a table"),
    "record_rules": NAME,
    "storage": NAME,
    "grid_bits": bound_number(0, 30),
    "layout": NAME,
    "date_orders": FieldRule(is_date_orders, "a table of date orders"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What the first attempt at an object decided; every later attempt, range and continuation follows it.

    - `format`: the name of the format that parses first; `declared` says that a route names it, so no other is tried.
    - `kind`: `documents` if the object is read as JSON documents, else `lines`.
    - `size_bytes`, `etag`, `last_modified_ms`: the object's own. Times without a year lie near the last-modified time,
      and records without a time get it.
    - `piece_bytes`: the size of a range if the object is split, else 0.
    - `parser`: the version of the function's formats when the plan was decided.
    - `rules`: what the object's route says about reading, as it stands in `routes.toml`; it holds for the whole object.
    - `date_orders`: the orders of the numbers in dates that their line alone does not decide, by the kind of date; as
      the route or the sample said.
    - `record_rules`: the version of what the route does with records. A later attempt does what the route then says.
    - `storage`: whether each record is an item of its own, or those of a cell are packed together. Cells have
      `1 << grid_bits` bytes, and packs have the `layout`.
    """

    format: str
    declared: bool
    kind: Kind
    size_bytes: int
    etag: str
    piece_bytes: int
    last_modified_ms: int
    parser: str
    rules: Mapping[str, Any]
    record_rules: str
    storage: Storage = "records"
    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)
    grid_bits: int = 0
    layout: str = ""

    @property
    def cell_bytes(self) -> int:
        """Return the size of a cell, on whose multiples ranges begin; 1 if records are not packed."""
        return 1 << self.grid_bits

    @property
    def storing(self) -> tuple[Storage, int, str]:
        """Return all that the plan says about how records are stored."""
        return self.storage, self.grid_bits, self.layout

    def store_records(self) -> "Plan":
        """Return the plan for a range whose records are not packed, although those of its object are."""
        return replace(self, storage="records", grid_bits=0, layout="")


def encode_plan(plan: Plan) -> str:
    """Return the text of `plan` for ledger rows and messages; `decode_plan` reverses this."""
    body = asdict(plan)
    if plan.storage == "records":  # an earlier version knows no packs
        del body["grid_bits"], body["layout"]
    return json.dumps({"version": PLAN_VERSION, **body}, separators=(",", ":"))


def decode_plan(text: str | None) -> Plan | None:
    """Return the plan of a text, or None if there is no text; raise `PlanError` if the plan cannot be followed."""
    if not text:
        return None
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanError(f"the plan {text[:120]!r} is not JSON: {REMEDY}") from error
    version = body.pop("version", None) if isinstance(body, dict) else None
    if version != PLAN_VERSION:
        raise PlanError(
            f"the plan is of version {version!r}, which this function does not read: deploy its own version"
        )
    try:
        plan = Plan(**body)
    except TypeError as error:
        raise PlanError(f"the plan {text[:120]!r} is not complete: {REMEDY}") from error
    if wrong := find_wrong_field(body, RULES):
        raise PlanError(f"the plan's {wrong}; mend the plan, or {REMEDY}")
    if plan.kind not in ("documents", "lines") or not _is_known_storage(plan):
        asked = f"{plan.storage} {plan.layout}".rstrip()
        raise PlanError(f"the plan asks for {plan.kind!r} stored as {asked!r}: deploy the version that wrote it")
    return plan


def _is_known_storage(plan: Plan) -> bool:
    if plan.storage == "records":
        return (plan.grid_bits, plan.layout) == (0, "")
    return plan.storage == "packs" and plan.layout == PACK_LAYOUT and plan.grid_bits > 0
