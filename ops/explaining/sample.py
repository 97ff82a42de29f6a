"""Read a sample of an object's records with the function's own code, and note what would become of each."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import islice
from typing import Any

import orjson
from log_processor.errors import PipelineError
from log_processor.formats.detection import Decision
from log_processor.formats.reader import Reader
from log_processor.reading.codecs.expansion import ExpansionLimits
from log_processor.reading.range_records import RangeRecords, open_records
from log_processor.reading.records import ReadRecord, Transform, read_records
from log_processor.reading.zip_directory import is_zip, list_members
from log_processor.record import LogRecord, RawRecord, ReadAgain
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.lib.route import Route
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.work.ranges import ObjectRange

from ops.errors import CommandError
from ops.explaining.object_head import MAX_BYTES, ObjectHead
from ops.pricing.item_size import count_entry_bytes, count_item_bytes
from ops.stored import build_item
from stacks.config import Config

CHUNK_BYTES = 64 * 1024
MAX_RECORDS = 20_000
SHOWN = 3
LOCAL = "local"


@dataclass(slots=True)
class RecordSample:
    """What the first records of an object would become.

    - `counts`: records by what becomes of them: `stored`, `filtered`, `rejected`. Those that are stored as text,
      although the format is another one, count as `text` too.
    - `first`, `rejects`: the first records as they would be stored, and the first rejects: offset and reason.
    - `hidden`: how many values of each kind the route would hide.
    - `item_bytes`, `entry_bytes`: the sizes of items and index entries, as DynamoDB counts them.
    - `records`: those that would be stored.
    - `text_bytes`: how many decompressed bytes the records take, `share` which part of the object they are.
    - `failure`: why the function would give it up; empty if it would not.
    """

    decision: Decision
    kind: str
    is_sequential: bool
    is_divisible: bool
    counts: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[tuple[int, str]] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    item_bytes: list[int] = field(default_factory=list)
    entry_bytes: list[int] = field(default_factory=list)
    records: list[LogRecord] = field(default_factory=list)
    text_bytes: int = 0
    processor_s: float = 0.0
    share: float = 1.0
    failure: str = ""


def take_sample(head: ObjectHead, route: Route, config: Config) -> RecordSample:
    """Return a sample of at most `MAX_RECORDS` records of what was read of the object.

    Raises `CommandError` if nothing of it can be read.
    """
    limits = ExpansionLimits(config.expansion_ratio_limit, config.expanded_bytes_limit)
    work = _choose_range(head, limits)
    fed = _Feed(head.content[work.member.position if work.member else 0 :])
    begun_s = time.process_time()
    try:
        range_records = open_records(iter(fed), work, route, head.last_modified_ms, limits)
    except PipelineError as error:
        raise CommandError(f"{head.name}: the function would give it up: {error}") from error
    sample = RecordSample(range_records.decision, range_records.kind, range_records.sequential, range_records.divisible)
    records = _read_records(range_records, work, route, head.last_modified_ms, sample)
    encoder = _build_encoder(head, work, route, config)
    is_cut = _take_records(records, sample, encoder, is_whole=head.is_whole)
    sample.processor_s = time.process_time() - begun_s
    if is_cut:
        read_bytes = fed.given_bytes if range_records.sequential else sample.text_bytes
        sample.share = min(1.0, max(read_bytes, 1) / max(head.size_bytes, 1))
    return sample


class _Feed:
    """Gives the bytes of the beginning in chunks, and counts them."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.given_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), CHUNK_BYTES):
            chunk = self._content[start : start + CHUNK_BYTES]
            self.given_bytes += len(chunk)
            yield chunk


def _choose_range(head: ObjectHead, limits: ExpansionLimits) -> ObjectRange:
    """Return the range of the whole object; of a zip, that of its first member."""
    whole = ObjectRange(head.bucket or LOCAL, head.key, None, LOCAL)
    if not is_zip(head.content):
        return whole
    if not head.is_whole:
        raise CommandError(
            f"{head.name}: a zip's directory stands at its end, and only {MAX_BYTES:,} bytes are read here: "
            "explain a member of it as a file"
        )
    try:
        members, _ = list_members(BytesIO(head.content), limits.total_bytes)
    except PipelineError as error:
        raise CommandError(f"{head.name}: the function would give it up: {error}") from error
    if not members:
        raise CommandError(f"{head.name}: there is no file in this zip: nothing is stored of it")
    return replace(whole, member=members[0], sequential=True)


def _read_records(
    range_records: RangeRecords, work: ObjectRange, route: Route, last_modified_ms: int, sample: RecordSample
) -> Iterator[ReadRecord]:
    reader = Reader(
        range_records.format,
        last_modified_ms,
        declared=route.format is not None,
        dating=range_records.dating,
        hide=route.hide,
    )
    transform = route.make_transform(work.key)
    if transform is not None and route.redaction is not None:
        transform = count_hidden(transform, route.redaction, sample.hidden)
    return read_records(range_records.blocks, reader, work.digest, last_modified_ms, transform)


def count_hidden(transform: Transform, redaction: Redaction, hidden: Counter[str]) -> Transform:
    """Return a transform that also counts, by the name of the rule, how many values it replaces in the text."""
    names = "|".join(re.escape(name) for name in sorted({rule.name for rule in redaction.rules}))
    token = re.compile(rf"\[({names})(?::[0-9a-f]+)?\]")

    def count(raw: RawRecord, record: LogRecord, read_again: ReadAgain, following: str) -> RawRecord | None:
        before = Counter(token.findall(raw.text))
        kept = transform(raw, record, read_again, following)
        if kept is not None:
            hidden.update(Counter(token.findall(record.log_data)) - before)
        return kept

    return count


def _build_encoder(head: ObjectHead, work: ObjectRange, route: Route, config: Config) -> ItemEncoder:
    facts = ObjectFacts(work.uri, route.get_source(head.key), "0" * 32, "2026-01-01T00:00:00.000Z")
    names_version = not config.ledger_outlives_records
    return ItemEncoder(facts, index_shards=config.index_shards, record_ttl_days=0, names_version=names_version)


def _take_records(records: Iterator[ReadRecord], sample: RecordSample, encoder: ItemEncoder, *, is_whole: bool) -> bool:
    """Add records to the sample; tell whether there are more in the object.

    The last one is left out if the bytes of the object go on, since it may be cut.
    """
    held: ReadRecord | None = None
    taken = 0
    try:
        for one in islice(records, MAX_RECORDS + 1):
            if held is not None:
                _add_record(*held, sample, encoder)
                taken += 1
            held = one
    except PipelineError as error:
        if is_whole:
            sample.failure = str(error)
    if held is not None and is_whole and taken < MAX_RECORDS:
        _add_record(*held, sample, encoder)
        return False
    return not is_whole or taken >= MAX_RECORDS


def _add_record(raw: RawRecord, record: LogRecord | None, sample: RecordSample, encoder: ItemEncoder) -> None:
    sample.text_bytes = max(sample.text_bytes, raw.next_offset)
    if record is None:
        sample.counts["filtered"] += 1
        return
    sample.counts["rejected" if record.parse_error else "stored"] += 1
    sample.counts["text"] += record.format == "text" != sample.decision.format.name
    sample.records.append(record)
    item = orjson.loads(encoder.encode(record))["PutRequest"]["Item"]
    sample.item_bytes.append(count_item_bytes(item))
    sample.entry_bytes.append(count_entry_bytes(item))
    if record.parse_error and len(sample.rejects) < SHOWN:
        sample.rejects.append((raw.offset, record.parse_error))
    if len(sample.first) < SHOWN:
        sample.first.append(build_item(record, encoder))
