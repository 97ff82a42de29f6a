"""Print rejects by format and reason, with how they parse now."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ops.frame.output import build_json_line, build_page_table
from ops.reading.plain import convert_item
from ops.replaying.mending import RangeRejects

MAX_EXAMPLE = 200
HEADINGS = ("format", "reason", "rejects", "parse now")


@dataclass(slots=True)
class RejectGroup:
    """The rejects of one format and reason: how many, how many parse now, and of the others why not.

    `example` has the fields of the first one that parses.
    """

    format: str
    reason: str
    rejects: int = 0
    mended: int = 0
    example: str = ""
    still: str = ""


def list_groups(chosen: Sequence[RangeRejects]) -> list[dict[str, Any]]:
    """Return the groups, the largest first."""
    groups: dict[tuple[str, str], RejectGroup] = {}
    for each in chosen:
        parsed = {mended.reject.log_id: mended for mended in each.mended}
        for reject in each.rejects:
            key = reject.format, reject.reason
            group = groups.setdefault(key, RejectGroup(*key))
            group.rejects += 1
            if mended := parsed.get(reject.log_id):
                group.mended += 1
                group.example = group.example or _describe_item(mended.item)
            else:
                group.still = group.still or each.still.get(reject.log_id, "")
    ordered = sorted(groups.values(), key=lambda group: (-group.rejects, group.format, group.reason))
    return [asdict(group) for group in ordered]


def _describe_item(item: Any) -> str:
    record = convert_item(item)
    shown = {"format": record["format"], "timestamp": record["timestamp"], "fields": record.get("fields", {})}
    return build_json_line(shown).decode().strip()


def format_preview(groups: Sequence[dict[str, Any]], done: int) -> Iterator[str]:
    """Yield a table of the groups, and an example of each; `done` rejects are texts no more, or not in the table."""
    if done:
        yield f"{done:,} rejects are stored as records already, or removed"
    if not groups:
        yield "there are no such rejects"
        return
    cells = [(group["format"], group["reason"], group["rejects"], group["mended"]) for group in groups]
    yield from build_page_table(HEADINGS, cells)
    for group in groups:
        if group["example"]:
            yield f"{group['format']} now: {group['example'][:MAX_EXAMPLE]}"
        if group["still"]:
            yield f"{group['format']} still: {group['still']}"
