"""Keep the pipeline's services in memory, for tests of thousands of ranges: no network, no clock, any fault."""

import gzip
import hashlib
import io
import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson
from botocore.exceptions import ClientError
from log_processor.parser_version import get_parser_version
from log_processor.pipeline import Pipeline, Services
from log_processor.reading.source import ObjectSource
from log_processor.reporting import InvocationTrace, Reporter
from log_processor.routing.routes import read
from log_processor.settings import Settings
from log_processor.storing.ending import Ending
from log_processor.storing.error_archive import ErrorArchive
from log_processor.storing.forgotten import IDS, ForgottenIds, name_stretch
from log_processor.storing.ledger_row import Row
from log_processor.storing.replaced import describe_replaced
from log_processor.storing.replay_rows import Reopened
from log_processor.storing.wire import Reply
from log_processor.work.continuation import RangeQueue, range_from_message
from log_processor.work.deadline import Deadline
from log_processor.work.plan import Plan, decode_plan, encode_plan
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import Replay

INVALID = Reply(error="ValidationException", payload={"message": "the item is odd"})
"""The table's refusal of an item for what it is."""
MODIFIED = datetime(2026, 5, 4, 10, tzinfo=UTC)
TRACE = InvocationTrace("processor", "request-1", "1-5759e988-bd862e3fe1be46a994272793")
Items = dict[tuple[str, str], dict[str, Any]]
Remaining = Callable[[], float]


def find_offset(item: Mapping[str, Any]) -> int:
    """Return the byte at which a record begins, which its id says."""
    return int(item["log_id"]["S"].split("-")[1], 16)


def plenty() -> float:
    """Return the time that is left, in ms: always a minute."""
    return 60_000


def asks(count: int) -> Remaining:
    """Return a clock that may be asked `count` times before the deadline is near; a batch may still be flushed then."""
    left = [count]

    def remaining_ms() -> float:
        left[0] -= 1
        return 60_000 if left[0] >= 0 else 9_000

    return remaining_ms


@dataclass
class MemoryS3:
    """The calls of an S3 client that the function makes; objects by bucket, key and version.

    Every connection breaks at the byte `breaks_at`, unless that is None. An object of `uploads` is in a bucket that
    keeps no versions: it has an ETag and a last-modified time of its own. Conditions are ignored unless `is_strict`.
    """

    objects: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    written: dict[str, bytes] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    refuse: Callable[[str, str], None] = lambda _call, _key: None
    chunk_bytes: int = 1024 * 1024
    breaks_at: int | None = None
    read_bytes: int = 0
    uploads: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    is_strict: bool = True

    def get_object(self, **asked: Any) -> dict[str, Any]:
        self.calls["get_object"] += 1
        self.refuse("get_object", asked["Key"])
        content = self.objects.get((asked["Bucket"], asked["Key"], asked.get("VersionId", "v1")))
        if content is None:
            raise client_error("NoSuchKey", "GetObject")
        start = int(asked["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in asked else 0
        if start and start >= len(content):
            raise client_error("InvalidRange", "GetObject")
        etag, modified = self.uploads.get(asked["Key"], ("etag", MODIFIED))
        if self.is_strict and asked.get("IfMatch", f'"{etag}"') != f'"{etag}"':
            raise client_error("PreconditionFailed", "GetObject")
        answer = {
            "Body": _Body(content[start : self.breaks_at], self),
            "ContentLength": len(content) - start,
            "LastModified": modified,
            "ETag": f'"{etag}"',
        }
        if asked["Key"] not in self.uploads:
            answer["VersionId"] = asked.get("VersionId", "v1")
        return answer | ({"ContentRange": f"bytes {start}-/{len(content)}"} if start else {})

    def put_object(self, **asked: Any) -> None:
        self.calls["put_object"] += 1
        self.refuse("put_object", asked["Key"])
        body = asked["Body"]
        self.written[asked["Key"]] = body if isinstance(body, bytes) else body.read()

    def copy(self, source: Mapping[str, str], bucket: str, key: str, **_options: Any) -> None:
        self.calls["copy"] += 1
        self.refuse("copy", key)
        assert bucket == "archive"
        self.written[key] = self.objects[source["Bucket"], source["Key"], source.get("VersionId", "v1")]


class _Body(io.BytesIO):
    """A streaming body that gives at most so many bytes a read, and may end with the connection."""

    def __init__(self, content: bytes, s3: MemoryS3) -> None:
        super().__init__(content)
        self._s3 = s3

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._s3.chunk_bytes
        data = super().read(most if size is None or size < 0 else min(size, most))
        self._s3.read_bytes += len(data)
        if self._s3.breaks_at is not None and not data:
            raise ConnectionResetError
        return data


def client_error(code: str, operation: str) -> ClientError:
    """Return the error that boto3 raises if a service refuses a request."""
    return ClientError({"Error": {"Code": code, "Message": code.lower()}}, operation)


@dataclass
class MemoryWire:
    """A log table behind BatchWriteItem; `judge` may answer in its place, given the items of a request."""

    items: Items = field(default_factory=dict)
    requests: int = 0
    judge: Callable[[list[dict[str, Any]]], Reply | None] = lambda _items: None
    removed: list[tuple[str, str]] = field(default_factory=list)
    has_idle: bool = False

    def post(self, body: bytes, _timeout_s: float = 10) -> Reply:
        self.requests += 1
        puts = orjson.loads(body)["RequestItems"]["logs"]
        if "DeleteRequest" in puts[0]:
            for put in puts:
                key = put["DeleteRequest"]["Key"]
                self.removed.append((key["log_id"]["S"], key["timestamp"]["N"]))
                self.items.pop(self.removed[-1], None)
            return Reply(error=None, payload={})
        items = [put["PutRequest"]["Item"] for put in puts]
        answer = self.judge(items)
        if answer is not None and answer.error is not None:
            return answer
        left = answer.payload["UnprocessedItems"]["logs"] if answer else []
        for put, item in zip(puts, items, strict=True):
            if put not in left:
                self.items[item["log_id"]["S"], item["timestamp"]["N"]] = item
        return answer or Reply(error=None, payload={})


@dataclass
class MemoryReplays:
    """What a replay does with the rows of its object, at once: no attempt runs on beside it."""

    rows: dict[tuple[str, str], Row]
    endings: dict[tuple[str, str], Ending]

    def reopen(self, work: ObjectRange, *_: object) -> Reopened | None:
        own = {label: row for (uri, label), row in self.rows.items() if uri == work.uri and row.version == work.version}
        whole = own.get(work.label)
        if whole is not None and whole.replay > work.replay_id:
            return None
        if whole is None or whole.replay != work.replay_id:
            for label in own:
                del self.rows[work.uri, label]
                self.endings.pop((work.uri, label), None)
            replay = describe_replaced(work.replay_id, own, whole)
            whole = Row("running", 0, "", version=work.version, replay=replay.id, replaced=replay.render_replaced())
            self.rows[work.uri, work.label] = whole
        return Reopened(Replay.parse(whole.replay, whole.replaced))

    def find_replay(self, work: ObjectRange) -> Replay | None:
        whole = self.rows.get((work.uri, work.whole.label))
        return Replay.parse(whole.replay, whole.replaced) if whole and whole.replay else None

    def forget(self, work: ObjectRange) -> None:
        if self.rows[work.uri, work.label].replay == work.replay_id:
            del self.rows[work.uri, work.label]


@dataclass
class MemoryQueries:
    """Queries of a log table by `log_id`; an answer holds at most two keys, as large packs would."""

    wire: MemoryWire
    asked: list[str] = field(default_factory=list)

    def post(self, body: bytes, _timeout_s: float = 10) -> Reply:
        query = orjson.loads(body)
        log_id = query["ExpressionAttributeValues"][":id"]["S"]
        self.asked.append(log_id)
        after = int(query.get("ExclusiveStartKey", {}).get("timestamp", {"N": str(-(10**20))})["N"])
        found = sorted(int(time) for name, time in list(self.wire.items) if name == log_id and int(time) > after)
        keys = [{"log_id": {"S": log_id}, "timestamp": {"N": str(time)}} for time in found[:2]]
        return Reply(error=None, payload={"Items": keys} | ({"LastEvaluatedKey": keys[-1]} if found[2:] else {}))


@dataclass
class MemoryForgotten:
    """The log ids that are forgotten, of all objects; `reads` counts how often they were asked for."""

    log_ids: frozenset[str] = frozenset()
    reads: int = 0

    def find(self, work: ObjectRange) -> ForgottenIds:
        self.reads += 1
        rows: dict[str, list[str]] = {}
        for log_id in self.log_ids:
            digest, _, part = log_id.partition("-")
            stretch = name_stretch(int(part.partition("-")[0], 16))
            if digest == work.digest and stretch >= name_stretch(work.start):
                rows.setdefault(stretch, []).append(part)
        return ForgottenIds(work.digest, ({"range": {"S": name}, IDS: {"SS": rows[name]}} for name in sorted(rows)))


@dataclass
class MemoryLedger:
    """The ledger's promises without its table: the first final word wins, a finished row is returned unchanged."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    endings: dict[tuple[str, str], Ending] = field(default_factory=dict)
    writes: int = 0
    reads: int = 0
    refuse: Callable[[str], None] = lambda _call: None
    forgotten: MemoryForgotten = field(default_factory=MemoryForgotten)

    @property
    def replays(self) -> MemoryReplays:
        return MemoryReplays(self.rows, self.endings)

    def begin(self, work: ObjectRange, record_rules: str = "", source: str = "") -> Row:
        self.writes += 1
        self.refuse("begin")
        new = Row(
            "running",
            0,
            "2026-05-04T10:00:00.000Z",
            version=work.version,
            start=work.start,
            end=work.end,
            source=source,
        )
        old = self.rows.get((work.uri, work.label), new)
        if old.status in {"done", "continued"}:
            return old
        self.rows[work.uri, work.label] = replace(
            old,
            status="running",
            attempts=old.attempts + 1,
            marked_attempts=old.marked_attempts + 1,
            parser_version=get_parser_version(),
            parsers=old.parsers | {get_parser_version()},
            record_rules=old.record_rules | {record_rules or "none"},
            replay=work.replay_id or old.replay,
        )
        return self.rows[work.uri, work.label]

    def has_begun(self, work: ObjectRange) -> bool:
        self.reads += 1
        self.refuse("has_begun")
        row = self.rows.get((work.uri, work.label))
        return row is not None and row.replay == work.replay_id

    def find_uploads(self, work: ObjectRange) -> list[Row]:
        self.reads += 1
        self.refuse("find_uploads")
        return [
            row
            for (uri, label), row in self.rows.items()
            if uri == work.uri and label.startswith(f"{work.etag}@") and label.endswith("#000000000000000-end")
        ]

    def keep_plan(self, work: ObjectRange, proposed: Plan) -> Plan:
        self.writes += 1
        self.refuse("keep_plan")
        name = (work.uri, work.label)
        if not self.rows[name].plan and self.rows[name].replay == work.replay_id:
            self.rows[name] = replace(self.rows[name], plan=encode_plan(proposed))
        agreed = decode_plan(self.rows[name].plan)
        assert agreed is not None
        return agreed

    def note_denial(self, work: ObjectRange, since: str | None, reason: str) -> None:
        self.refuse("note_denial")
        self.rows[work.uri, work.label] = replace(
            self.rows[work.uri, work.label], denied_since=str(since), reason=f"waits: denied since {since}: {reason}"
        )

    def end(self, work: ObjectRange, ending: Ending) -> Row:
        self.writes += 1
        self.refuse("end")
        name = (work.uri, work.label)
        row = self.rows[name]
        if row.status in {"running", "failed"} and row.replay == work.replay_id:
            self.endings[name] = ending
            self.rows[name] = replace(
                row,
                status=ending.status,
                resume=ending.resume,
                ranges=ending.ranges,
                format=ending.format,
                state=ending.state,
                sequential=ending.sequential,
            )
            return self.rows[name]
        return replace(row, is_refused=True)


@dataclass
class MemorySqs:
    """Queues by URL; messages wait as long as the test lets them."""

    queues: dict[str, deque[str]] = field(default_factory=lambda: {"work": deque(), "dead": deque()})
    delays_s: list[int] = field(default_factory=list)
    requests: int = 0

    def send_message_batch(self, **asked: Any) -> dict[str, Any]:
        self.requests += 1
        for entry in asked["Entries"]:
            self.queues[asked["QueueUrl"]].append(entry["MessageBody"])
            self.delays_s.append(entry["DelaySeconds"])
        return {"Successful": asked["Entries"]}

    def send_message(self, **asked: Any) -> None:
        self.requests += 1
        self.queues[asked["QueueUrl"]].append(asked["MessageBody"])


class World:
    """A function with all its edges and the routes of a TOML text; `run` works until the work queue is empty."""

    def __init__(self, routes: str = "", **settings: Any) -> None:
        self.s3 = MemoryS3()
        self.wire = MemoryWire()
        self.queries = MemoryQueries(self.wire)
        self.ledger = MemoryLedger()
        self.sqs = MemorySqs()
        self.deploy(routes, **settings)

    def deploy(self, routes: str = "", **settings: Any) -> None:
        """Put other routes and settings into place, over the objects, tables and queues as they are."""
        s3, sqs, ledger = cast("tuple[Any, Any, Any]", (self.s3, self.sqs, self.ledger))
        wire, queries = cast("tuple[Any, Any]", (self.wire, self.queries))
        queue = RangeQueue(sqs, "work", "dead")
        self.routes = read(routes)
        self.reporter = Reporter(self.routes.list_sources())
        self.reporter.begin(TRACE)
        services = Services(ObjectSource(s3), wire, queries, ledger, ErrorArchive(s3, "archive"), queue, self.reporter)
        names = ("logs", "archive", "ledger", "work", "dead")
        self.pipeline = Pipeline(Settings(*names, **settings), services, self.routes)

    def put(self, body: bytes, key: str = "web/a.log") -> ObjectRange:
        """Upload an object, and return the range that its event asks for."""
        self.s3.objects["source", key, "v1"] = body
        return ObjectRange("source", key, "v1", "etag")

    def overwrite(self, body: bytes, second: int = 0, key: str = "web/a.log") -> ObjectRange:
        """Upload an object to a bucket that keeps no versions, `second` seconds after the others; return its range."""
        etag, modified = hashlib.md5(body, usedforsecurity=False).hexdigest(), MODIFIED + timedelta(seconds=second)
        self.s3.objects["source", key, "v1"] = body
        self.s3.uploads[key] = (etag, modified)
        event_time = (modified + timedelta(milliseconds=70)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return ObjectRange("source", key, None, etag, event_time=event_time)

    def replay(self, work: ObjectRange, number: int = 1) -> ObjectRange:
        """Return the range that replay `number` of the object asks for."""
        return replace(work, event_time=None, replay=Replay(f"20260505T10000000{number}Z-0000"))

    def once(self, work: ObjectRange, remaining_ms: Remaining = plenty) -> None:
        """Run one invocation for one range."""
        self.pipeline.process(work, Deadline(remaining_ms))

    def run(self, work: ObjectRange, clocks: Iterator[Remaining] | None = None) -> int:
        """Process `work` and all messages that follow, each with its own clock; return the number of invocations."""
        clocks = clocks or iter(())
        self.once(work, next(clocks, plenty))
        invocations = 1
        while self.sqs.queues["work"]:
            message = json.loads(self.sqs.queues["work"].popleft())
            self.once(range_from_message(message), next(clocks, plenty))
            invocations += 1
        return invocations

    def totals(self) -> dict[str, int]:
        """Return the sums of the counts in all final rows."""
        names = ("read", "stored", "filtered", "rejected")
        return {name: sum(getattr(ending.totals, name) for ending in self.ledger.endings.values()) for name in names}

    def rejects(self) -> list[dict[str, Any]]:
        """Return the rejected records in the archives that the final rows name."""
        keys = [ending.rejects_key for ending in self.ledger.endings.values() if ending.rejects_key]
        lines = [line for key in sorted(keys) for line in gzip.decompress(self.s3.written[key]).splitlines()]
        return [json.loads(line) for line in lines]
