"""Make of rows of the ledger the ranges that they are of, as the function read them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from log_processor.storing.ledger_row import Row
from log_processor.work.plan import decode_plan
from log_processor.work.ranges import UPLOADED, ObjectRange, parse_upload_ms

FINISHED = frozenset({"done", "continued"})


def make_version(bucket: str, key: str, version: str) -> ObjectRange:
    """Return the whole of an object version, by the name that the ledger and the records have for it."""
    etag, sign, _ = version.rpartition(UPLOADED)
    if sign:
        return ObjectRange(bucket, key, None, etag, last_modified_ms=parse_upload_ms(version))
    return ObjectRange(bucket, key, version or None, None)


def split_uri(uri: str) -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key`."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def make_range(uri: str, row: Row, others: Sequence[Row], members: Mapping[int, ObjectRange]) -> ObjectRange | None:
    """Return the range of a finished row, with the object's plan and the state that it was begun with.

    `others` are all rows of the object, and `members` the ranges of its members if it is a zip. Return None if the row
    holds no records: it was split into others, or its member is unknown.
    """
    if row.status not in FINISHED or row.ranges is not None:
        return None
    whole = make_version(*split_uri(uri), row.version)
    if row.member is not None:
        if row.member not in members:
            return None
        whole = members[row.member]
    own = [one for one in others if one.version == row.version and one.member == row.member]
    plan = next((one.plan for one in own if one.plan), "")
    before = next((one for one in own if one.resume == row.start and one.status == "continued"), None)
    return replace(
        whole,
        start=row.start,
        end=row.end if row.resume is None else row.resume,
        aligned=row.start == 0 or before is not None,
        state=before.state if before else None,
        sequential=whole.sequential or (before.sequential if before else row.sequential),
        plan=decode_plan(plan),
    )
