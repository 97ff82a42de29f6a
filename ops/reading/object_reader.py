"""Read the records of objects in S3 with the function's own code: what a route filters or hides stays so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import orjson
from log_processor.formats.reader import Reader
from log_processor.planning import find_fetched_byte, follow_plan
from log_processor.reading.charset import transcode_text
from log_processor.reading.codecs.expansion import ByteCounts, ExpansionLimits
from log_processor.reading.codecs.zip_member import expand_member
from log_processor.reading.decompress import decompress
from log_processor.reading.range_records import open_records
from log_processor.reading.records import read_records
from log_processor.reading.source import ObjectSource
from log_processor.record import LogRecord
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import Routes
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.storing.ledger_row import Row
from log_processor.unpacking import peek_zip, unpack
from log_processor.work.outcome import Done
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import NO_RULES

from ops.reading.plain import convert_item
from ops.reading.said_elsewhere import add_said
from ops.reading.store import Position, Record
from stacks.config import Config


def ignore() -> None:
    """Do nothing with what is left out."""


@dataclass(frozen=True, slots=True)
class ObjectReader:
    """Reads ranges of objects, each with one request to S3, by `routes`; as the format `declared` if that is named."""

    source: ObjectSource
    routes: Routes
    config: Config
    declared: str | None = None

    @property
    def limits(self) -> ExpansionLimits:
        """Return how far an object may expand, as in the function."""
        return ExpansionLimits(self.config.expansion_ratio_limit, self.config.expanded_bytes_limit)

    def find_route(self, work: ObjectRange) -> Route:
        """Return the route of an object, with the rules of its plan if it has one."""
        route = self.routes.find(work.key, work.bucket)
        if self.declared is not None:
            route = replace(route, format=self.routes.find_format(self.declared))
        return route if work.plan is None else follow_plan(route, work.plan, work)

    def has_rules_of(self, row: Row, work: ObjectRange) -> bool:
        """Tell whether the route of an object filters and hides as it did for the function when it wrote a row."""
        return not row.record_rules or (self.find_route(work).record_rules or NO_RULES) in row.record_rules

    def learn(self, work: ObjectRange) -> list[ObjectRange]:
        """Return the whole of the newest version of an object, or of each member if it is a zip."""
        open_object = self.source.open(work, 0)
        zipped, open_object = peek_zip(open_object)
        open_object.close()
        known = replace(work, version_id=open_object.version_id, etag=open_object.etag)
        if known.version_id is None:
            known = replace(known, last_modified_ms=open_object.last_modified_ms)
        return self.list_members(known, open_object.size_bytes) if zipped else [known]

    def list_members(self, work: ObjectRange, size_bytes: int) -> list[ObjectRange]:
        """Return the ranges of the members of a zip."""
        content: Done = unpack(work, size_bytes, self.source, self.config.expanded_bytes_limit)
        return list(content.parts)

    def read(self, work: ObjectRange, on_left_out: Callable[[], None] = ignore) -> Iterator[Record]:
        """Yield the records of a range as they are stored; tell of each that the route filters out, and is left out."""
        encoder = self.make_encoder(work, names_version=True)
        for record in self.read_logs(work):
            if record is None:
                on_left_out()
            else:
                yield make_record(record, encoder)

    def read_logs(self, work: ObjectRange) -> Iterator[LogRecord | None]:
        """Yield the records of a range as the function makes them; None for each that the route filters out."""
        route = self.find_route(work)
        open_object = self.source.open(work, find_fetched_byte(work, route))
        try:
            last_modified_ms = work.plan.last_modified_ms if work.plan else open_object.last_modified_ms
            content = open_records(open_object.chunks, work, route, last_modified_ms, self.limits)
            reader = Reader(
                content.format,
                last_modified_ms,
                content.state,
                declared=work.plan.declared if work.plan else route.format is not None,
                dating=content.dating,
                hide=route.hide,
            )
            transform = route.make_transform(work.key, content.preceding)
            for raw, record in read_records(content.blocks, reader, work.digest, last_modified_ms, transform):
                if work.end is not None and raw.offset >= work.end:
                    return
                yield record
        finally:
            open_object.close()

    def open_text(self, work: ObjectRange) -> Iterator[bytes]:
        """Yield the stream that offsets of records count: of an object, or of the member of a zip, decompressed."""
        route = self.find_route(work)
        if work.member is not None:
            chunks = self.source.open(work, work.member.position).chunks
            return expand_member(work.member, chunks, ByteCounts(self.limits))
        plain = decompress(self.source.open(work, 0).chunks, self.limits, iter)
        return transcode_text(plain.chunks, route.encoding).chunks

    def make_encoder(
        self, work: ObjectRange, processed_at: str = "", record_ttl_days: int = 0, *, names_version: bool = False
    ) -> ItemEncoder:
        """Return the encoder of the records of a range; those that are stored say when they were processed."""
        last_modified_ms = work.plan.last_modified_ms if work.plan else 0
        source = self.find_route(work).get_source(work.key)
        facts = ObjectFacts(work.uri, source, work.version, processed_at, last_modified_ms, work.member_name)
        return ItemEncoder(
            facts,
            index_shards=self.config.index_shards,
            record_ttl_days=record_ttl_days,
            names_version=names_version or not self.config.ledger_outlives_records,
        )


def make_record(record: LogRecord, encoder: ItemEncoder) -> Record:
    """Return a record that was read as the one that the table would hold."""
    attributes = add_said(convert_item(orjson.loads(encoder.encode(record))["PutRequest"]["Item"]))
    attributes.pop("processed_at", None)
    return Record(Position(record.timestamp_ms, "", record.log_id), attributes, whole=True)
