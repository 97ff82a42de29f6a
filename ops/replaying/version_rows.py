"""Read what the ledger has of object versions: rows of whole objects first, others where there may be some."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from log_processor.storing.items import DAY_S
from log_processor.storing.ledger_row import LedgerItem, parse_row

from ops.accounts import VersionAccount, accounts, read_objects
from ops.reading.batch_get import get_items
from ops.reading.listed_versions import ListedVersion

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VersionKey = tuple[str, str]
"""The name of an object and of its version."""


def read_versions(
    dynamodb: "DynamoDBClient", table: str, versions: Sequence[ListedVersion], ttl_days: int
) -> dict[VersionKey, VersionAccount]:
    """Return an account of each version that the ledger has rows of.

    A request gets the rows of a hundred whole objects. A version is asked for by a query of its own if

    - its row does not say that one attempt has read the whole object: others may be of its parts, or
    - it has no such row, but may have had one: rows expire after `ttl_days`, those of parts after that of the object.
    """
    keys = dict.fromkeys((one.uri, one.work.label) for one in versions)
    typed = [{"object": {"S": name}, "range": {"S": label}} for name, label in keys]
    got = get_items(dynamodb, table, typed, is_consistent=True)
    by_key = {(row["object"]["S"], row["range"]["S"]): row for row in got}
    unclear = (one.uri for one in versions if not _is_clear(one, by_key.get((one.uri, one.work.label)), ttl_days))
    queried = read_objects(dynamodb, table, unclear)
    alone: Iterator[tuple[str, list[LedgerItem]]] = (
        (name, [row]) for (name, _), row in by_key.items() if name not in queried
    )
    return {(name, one.version): one for name, rows in (*queried.items(), *alone) for one in accounts(rows)}


def _is_clear(version: ListedVersion, item: LedgerItem | None, ttl_days: int) -> bool:
    """Tell whether the row of the whole object, or that there is none, says all that the ledger knows of a version."""
    if item is None:
        return not ttl_days or version.uploaded_ms / 1000 + ttl_days * DAY_S > time.time()
    row = parse_row(item)
    return row.status == "done" and row.attempts == 1 and row.ranges is None
