"""Say what a person's records are, what was removed of them, and what stays elsewhere."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from log_processor.routing.routes import Routes

from ops.forgetting.matches import PersonRecords, VersionRecords
from ops.frame.times import ZonedClock
from ops.reading.row_ranges import split_uri
from stacks.config import Config

RECOVERY_DAYS = 35
NO_LETTERS = "not looked at: they have no fields, so that only the value of a --field is found in them"


@dataclass(slots=True)
class Removed:
    """What is the person's, and what is removed of it: records, what lies in the archive, letters, source versions.

    `open_objects` are being read, and `unseen_letters` says why some letters were not looked at.
    """

    records: int = 0
    archive: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    unseen_letters: str = ""
    source_versions: int = 0
    open_objects: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing of it may be left."""
        return not (self.open_objects or self.unseen_letters)


def describe_plan(planned: Removed, records: PersonRecords, *, with_sources: bool) -> Iterator[str]:
    """Yield the lines that say what will be removed."""
    objects = {one.uri for one in records.versions.values()}
    yield f"{planned.records:,} records of {len(records.versions):,} object versions are removed from the table"
    yield from (f"  {uri}" for uri in sorted(objects)[:20])
    for what in ("reject", "copy", "document"):
        if planned.archive[what]:
            yield f"{planned.archive[what]:,} of the error archive: {what}"
    if planned.letters:
        yield f"{planned.letters:,} dead letters that name the person are deleted"
    if with_sources:
        yield f"{planned.source_versions:,} source object versions are deleted, with all other records in them"


def format_report(
    config: Config,
    removed: Removed,
    records: PersonRecords,
    clock: ZonedClock,
    routes: Routes,
    *,
    with_sources: bool,
    has_fields: bool,
) -> Iterator[str]:
    """Yield the lines that say what was removed, and what stays elsewhere until when.

    `with_sources` says whether the source versions were deleted, and `has_fields` whether a field's value is known.
    """
    yield f"removed   {removed.records:,} records from the table and its indexes"
    yield f"archive   {', '.join(f'{count:,} {what}' for what, count in removed.archive.items()) or 'nothing'}"
    yield f"letters   {_describe_letters(removed) if has_fields else NO_LETTERS}"
    until = clock.format(clock.now + timedelta(days=RECOVERY_DAYS))
    yield f"stays     in the table's point-in-time recovery until {until}, and in backups until they are deleted"
    if with_sources:
        days = config.source_version_days
        yield f"sources   {removed.source_versions:,} object versions deleted; replicas and delete markers: {days} days"
    else:
        expiry = f"for {config.source_expiry_days} days" if config.source_expiry_days else "until somebody deletes them"
        yield f"sources   {len(records.versions):,} object versions stay {expiry}: --source-objects deletes them"
    yield "replays   leave the records out: the ledger has their ids, and nothing else of them"
    yield from _describe_routes(records, routes)
    for uri in removed.open_objects:
        yield f"again     {uri} is being read: run the same command again when it is done"


def _describe_letters(removed: Removed) -> str:
    unseen = f"; {removed.unseen_letters}" if removed.unseen_letters else ""
    return f"{removed.letters:,} deleted{unseen}"


def _describe_routes(records: PersonRecords, routes: Routes) -> Iterator[str]:
    """Yield for each source what its route does with a new upload, which is new data."""
    firsts: dict[str, VersionRecords] = {}
    for version in records.versions.values():
        bucket, key = split_uri(version.uri)
        firsts.setdefault(routes.find(key, bucket).get_source(key), version)
    for source, version in sorted(firsts.items()):
        bucket, key = split_uri(version.uri)
        hides = routes.find(key, bucket).redaction is not None
        remedy = "its route hides what it names" if hides else "no route hides it: add redact to the route of its keys"
        yield f"uploads   a new one of {source} is new data: {remedy} (docs/routes.md)"
