"""Encode records as PutRequests in DynamoDB's JSON; the part that all records of an object share is encoded once."""

import json
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from log_processor.formats.lib.numbers import find_written, is_storable
from log_processor.record import LogRecord
from log_processor.storing.attribute_names import MAX_DEPTH, MAX_NAME_BYTES, cut_names, name_empty
from log_processor.storing.index_entry import INDEX_KEY, find_status
from log_processor.storing.record_counts import RefusedRecord

MAX_ITEM_BYTES = 400 * 1024
CUT_TEXT_BYTES = 256 * 1024
DIGITS_LIMIT = 10**38
DAY_MS = 86_400_000
DAY_S = 86_400
TOO_DEEP = "nested too deeply to be stored as a field"


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What every record of one object version, or of one `member` of a zip, has in common; times are in epoch ms."""

    source_file: str
    source: str
    object_version: str
    processed_at: str
    last_modified_ms: int = 0
    member: str = ""

    def build_attributes(self) -> dict[str, Any]:
        """Return what is the same for all records of the object."""
        attributes = {
            "source_file": {"S": self.source_file},
            "source": {"S": self.source},
            "object_version": {"S": self.object_version},
            "processed_at": {"S": self.processed_at},
        }
        return attributes | {"member": {"S": self.member}} if self.member else attributes


class ItemEncoder:
    """An encoder of the records of one object; each becomes one element of a BatchWriteItem request.

    An item does not repeat what is said elsewhere: `log_id` says the offset, the key of the index the source, and the
    ledger the version, unless its rows may be gone before the records (`names_version`).
    """

    def __init__(
        self, facts: ObjectFacts, *, index_shards: int, record_ttl_days: int, names_version: bool = False
    ) -> None:
        said = {"source"} if index_shards else set[str]()
        said |= set[str]() if names_version else {"object_version"}
        shared = {name: value for name, value in facts.build_attributes().items() if name not in said}
        self._prefix = b'{"PutRequest":{"Item":' + orjson.dumps(shared)[:-1] + b","
        self._source = _dump(facts.source)[1:-1]
        self._shards = index_shards
        self._ttl_s = record_ttl_days * DAY_S
        self._last_modified_ms = facts.last_modified_ms

    def encode(self, record: LogRecord) -> bytes:
        """Return the PutRequest of `record`.

        If it is larger than an item may be (400 KiB), the record loses its fields, its text is cut, and it is marked
        `truncated`. Names of fields are cut if they are longer than an attribute's.
        """
        if len(record.log_data) > MAX_ITEM_BYTES:  # its fields would take many times the room of its text
            return self._encode_cut(record)
        encoded = self._encode(record)
        if len(encoded) > MAX_NAME_BYTES and (fields := cut_names(record.fields)) != record.fields:
            record.fields = fields
            encoded = self._encode(record)
        return encoded if len(encoded) <= MAX_ITEM_BYTES else self._encode_cut(record)

    def _encode_cut(self, record: LogRecord) -> bytes:
        """Return the PutRequest of a record without its fields and with its text cut."""
        record.fields = {}
        record.truncated = True
        record.log_data = cut_text(record.log_data)
        return self._encode(record)

    def _encode(self, record: LogRecord) -> bytes:
        """Return the PutRequest, written as text: a dictionary for each attribute would take twice the time."""
        item = (
            f'"log_id":{{"S":"{record.log_id}"}},"timestamp":{{"N":"{record.timestamp_ms}"}},'
            f'"format":{{"S":"{record.format}"}},"log_data":{{"S":{orjson.dumps(record.log_data).decode()}}},'
            f'"length":{{"N":"{record.length}"}}'
        )
        if record.fields:
            item += f',"fields":{{"M":{orjson.dumps(_encode_members(record.fields, 1, record.log_data)).decode()}}}'
        if record.timestamp_from:
            item += f',"timestamp_from":{{"S":"{record.timestamp_from}"}}'
        if record.level:
            item += f',"level":{{"S":"{record.level}"}}'
        if record.parse_error or record.truncated or record.continues:
            item += _encode_marks(record)
        if self._shards:
            item += self._encode_index_key(record)
        if self._ttl_s:
            # not from the record's own time alone: a forged one would remove the record at once
            latest_ms = max(record.timestamp_ms, self._last_modified_ms)
            item += f',"expires_at":{{"N":"{latest_ms // 1000 + self._ttl_s}"}}'
        return self._prefix + item.encode() + b"}}}"

    def _encode_index_key(self, record: LogRecord) -> str:
        """Return the attributes by which the index finds the record, and the status that it filters by."""
        day = _compute_date(record.timestamp_ms // DAY_MS)
        key = f',"{INDEX_KEY}":{{"S":"{self._source}#{day}#{choose_shard(record.log_id, self._shards)}"}}'
        status = find_status(record.fields) if record.fields else None
        return key if status is None else f'{key},"status":{{"N":"{status}"}}'


def choose_shard(log_id: str, shards: int) -> int:
    """Return the shard of its day in which the index has a record."""
    return zlib.crc32(log_id.encode()) % shards


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()


def _encode_marks(record: LogRecord) -> str:
    """Return the attributes that few records have."""
    marks = f',"parse_error":{{"S":{_dump(record.parse_error)}}}' if record.parse_error else ""
    if record.truncated:
        marks += ',"truncated":{"BOOL":true}'
    if record.continues:
        marks += f',"continues":{{"S":"{record.continues}"}}'
    return marks


def make_plain_put(put: bytes, reason: str) -> bytes:
    """Return the PutRequest of the same record as text, without fields, with `reason` as its `parse_error`.

    Text of more than 256 KiB is cut.
    """
    request = orjson.loads(put)
    item = request["PutRequest"]["Item"]
    for name in ("fields", "level", "status"):
        item.pop(name, None)
    whole = item["log_data"]["S"]
    text = cut_text(whole)
    item |= {"format": {"S": "text"}, "log_data": {"S": text}, "parse_error": {"S": cut_text(reason)}}
    if len(text) < len(whole):
        item["truncated"] = {"BOOL": True}
    return orjson.dumps(request)


def make_delete(log_id: str, timestamp_ms: int) -> bytes:
    """Return the DeleteRequest of an item."""
    return orjson.dumps({"DeleteRequest": {"Key": {"log_id": {"S": log_id}, "timestamp": {"N": str(timestamp_ms)}}}})


def is_pack(put: bytes) -> bool:
    """Tell whether a PutRequest has a pack of many records."""
    return "layout" in orjson.loads(put)["PutRequest"]["Item"]


def read_key(put: bytes) -> tuple[str, int]:
    """Return the log id and the timestamp of a PutRequest."""
    item = orjson.loads(put)["PutRequest"]["Item"]
    return item["log_id"]["S"], int(item["timestamp"]["N"])


def read_refused(put: bytes) -> RefusedRecord:
    """Return what a PutRequest says of its record that the same record as text does not have."""
    item = orjson.loads(put)["PutRequest"]["Item"]
    return RefusedRecord(item["format"]["S"], item["level"]["S"] if "level" in item else None)


def cut_text(text: str) -> str:
    """Return `text`, cut to at most 256 KiB of UTF-8 if it may be longer."""
    if len(text) * 4 <= CUT_TEXT_BYTES:
        return text
    return text.encode("utf-8", "replace")[:CUT_TEXT_BYTES].decode("utf-8", "ignore")


def format_day(timestamp_ms: int) -> str:
    """Return the date of an epoch time in milliseconds, as `YYYY-MM-DD` (UTC)."""
    return _compute_date(timestamp_ms // DAY_MS)


@lru_cache(maxsize=1024)
def _compute_date(days: int) -> str:
    """Return the date so many days after 1970-01-01 (Howard Hinnant's civil-from-days arithmetic)."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_index = (5 * day_of_year + 2) // 153
    month = month_index + 3 if month_index < 10 else month_index - 9
    year = year_of_era + era * 400 + (month <= 2)
    return f"{year:04d}-{month:02d}-{day_of_year - (153 * month_index + 2) // 5 + 1:02d}"


def encode_attribute(value: Any, depth: int = 0, text: str = "") -> dict[str, Any]:
    """Return `value` in DynamoDB's typed JSON; what it cannot store (NaN, 39 digits, depth 32) becomes text.

    `text` is the record's: a double of which DynamoDB has no number is stored as it is written there.
    """
    kind = type(value)
    if kind is str:  # the most frequent kinds first
        return {"S": value}
    if kind is int:
        return {"N" if -DIGITS_LIMIT < value < DIGITS_LIMIT else "S": f"{value}"}
    if kind is float:
        return {"N": repr(value)} if 1e-9 < value < 1e15 or is_storable(value) else {"S": find_written(value, text)}
    if depth < MAX_DEPTH:
        if kind is list:
            return {"L": [encode_attribute(member, depth + 1, text) for member in value]}
        if kind is dict:
            return {"M": _encode_members(value, depth + 1, text)}
    return _encode_other(value)


def _encode_members(fields: dict[str, Any], depth: int, text: str) -> dict[str, dict[str, Any]]:
    """Return the typed members of a map; those of most kinds are encoded here because a call for each is slow."""
    typed: dict[str, dict[str, Any]] = {}
    if "" in fields:  # no name of an attribute
        fields = name_empty(fields)
    for name, member in fields.items():
        kind = type(member)
        if kind is str:
            typed[name] = {"S": member}
        elif kind is int and -DIGITS_LIMIT < member < DIGITS_LIMIT:
            typed[name] = {"N": f"{member}"}
        elif member is None:
            typed[name] = {"NULL": True}
        elif kind is bool:
            typed[name] = {"BOOL": member}
        elif kind is dict and depth < MAX_DEPTH:
            typed[name] = {"M": _encode_members(member, depth + 1, text)}
        else:
            typed[name] = encode_attribute(member, depth, text)
    return typed


def _encode_other(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):  # a time that has a type of its own
        return encode_attribute(int(value))
    return {"NULL": True} if value is None else {"S": render_json(value)}


def render_json(value: Any) -> str:
    """Return `value` as JSON, or a note if it is nested too deeply to be rendered (the record's text has it all)."""
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # more than 254 levels, or an integer of more than 64 bits
        try:
            return json.dumps(value, default=str)
        except (RecursionError, ValueError):
            return TOO_DEEP
