"""Write a pack anew without some of its records, under a condition that sees what was written meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any

from backports import zstd

from log_processor.packs.pack_items import count_records, render_document
from log_processor.packs.rows import gather_rows
from log_processor.packs.tables import tabulate
from log_processor.packs.unpacking import read_records
from log_processor.record import LogRecord

REVISION = "revision"
"""How often a pack was written anew; the function itself writes none."""
Item = Mapping[str, Mapping[str, Any]]
"""A pack as boto3's client has it: the document is bytes."""


def drop_records(item: Item, level: int, keeps: Callable[[LogRecord], bool]) -> tuple[dict[str, Any] | None, int]:
    """Return the item without the records that are not kept, and how many these are; None if no record is left.

    `level` is how hard zstd tries. Raise `UnreadablePackError` if the pack cannot be read.
    """
    records = list(read_records(item["log_id"]["S"], item["layout"]["S"], bytes(item["log_data"]["B"])))
    kept = [record for record in records if keeps(record)]
    if not kept:
        return None, len(records)
    rows = gather_rows(kept, (_read_number(record.log_id) for record in kept))
    revision = int(item[REVISION]["N"]) if REVISION in item else 0
    changed = {
        "log_data": {"B": zstd.compress(render_document(rows, tabulate(kept)), level)},
        REVISION: {"N": str(revision + 1)},
        **count_records(kept),
    }
    return {**item, **changed}, len(records) - len(kept)


def make_condition(item: Item) -> dict[str, Any]:
    """Return the arguments of a PutItem or DeleteItem that is refused if `item` is not what the table has now."""
    revision = item.get(REVISION)
    is_same = "#revision = :revision" if revision else "attribute_not_exists(#revision)"
    values = {":begun": item["processed_at"], ":data": item["log_data"]}
    return {
        "ConditionExpression": f"processed_at = :begun AND log_data = :data AND {is_same}",
        "ExpressionAttributeNames": {"#revision": REVISION},
        "ExpressionAttributeValues": values | ({":revision": revision} if revision else {}),
    }


def _read_number(log_id: str) -> int:
    """Return the index in an array that the id of a record has, 0 if it has none."""
    _, _, number = (*log_id.split("-"), "0")[:3]
    return int(number, 16)
