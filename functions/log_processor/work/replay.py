"""Define a replay: an object version that was read before is read again, by the parser, rules and storage of now."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self, get_args

from log_processor.work.field_rules import FieldRule, allow_null, find_wrong_field, match_text

Stored = Literal["records", "packs", "both"]
REPLAY_ID = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{4}")
WRITER = re.compile(r"[0-9a-f]{0,24}")
WRITER_BYTES = 8
UNKNOWN_WRITER = ""
NO_RULES = "none"
"""The version of a route's rules for records if it has none."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay of an object version, and what the table held of it before.

    - `id`: names the replay. The same id twice is one replay; of two ids, the one that sorts after the other, because
      it was made later, supersedes it.
    - `written_by`: the writer of all that the table holds (see `name_writer`); empty if there were several, or if it is
      not known.
    - `storage`: how that is stored; None if the table holds nothing.
    - `documents`: the rules of reading, as JSON, by which the object was read as documents whose elements are items.

    All but the id are learned when the replay begins. The second and third travel in the messages of its ranges; the
    last stands in the object's ledger row alone.
    """

    id: str
    written_by: str = UNKNOWN_WRITER
    storage: Stored | None = None
    documents: tuple[str, ...] = ()

    @classmethod
    def parse(cls, replay_id: str, replaced: str) -> Self:
        """Return the replay that a ledger row names, with the text of what it replaces."""
        body: Mapping[str, Any] = json.loads(replaced) if replaced else {}
        documents = tuple(body.get("documents", ()))
        return cls(replay_id, body.get("written_by", UNKNOWN_WRITER), body.get("storage", "both"), documents)

    def render_replaced(self) -> str:
        """Return the text of what the replay replaces, for the object's ledger row."""
        body: dict[str, Any] = {"written_by": self.written_by, "storage": self.storage}
        if self.documents:
            body["documents"] = self.documents
        return json.dumps(body, separators=(",", ":"))

    def choose_replaced(self, writer: str) -> Stored | None:
        """Return how the items are stored that `writer` has to remove; None if it writes all of them again."""
        return None if self.written_by and self.written_by == writer else self.storage

    def list_other_documents(self, kind: str, reading: Mapping[str, Any]) -> list[str]:
        """Return those of `documents` of which a reading of a kind, by its rules, does not find all elements again."""
        return [rules for rules in self.documents if kind != "documents" or rules != render_reading(reading)]


REPLACED = allow_null(FieldRule(lambda value: value in get_args(Stored), "records, packs or both"))
"""The rule of how items are stored that are replaced, in messages."""
RULES: Mapping[str, FieldRule] = {
    "id": match_text(REPLAY_ID, "the id of a replay, such as 20260504T100000000Z-1f3a"),
    "written_by": match_text(WRITER, "the name of a writer"),
    "storage": REPLACED,
}


def is_replay(value: Any) -> bool:
    """Tell whether a value of a message is a replay, with an id and no field that breaks its rule."""
    is_known = isinstance(value, dict) and "id" in value and value.keys() <= RULES.keys()
    return is_known and find_wrong_field(value, RULES) is None


def describe_replay(replay: Replay) -> dict[str, Any]:
    """Return the value that names `replay` in a message: the id alone, until it is known what it replaces."""
    body = asdict(replay)
    del body["documents"]
    return body if replay.written_by or replay.storage else {"id": replay.id}


def make_replay_id(now: datetime) -> str:
    """Return a new id, which sorts after those made before: `20260504T100000000Z-1f3a`; `now` is in UTC."""
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z-{secrets.token_hex(2)}"


def read_replay_time(replay_id: str) -> datetime:
    """Return when an id was made, in UTC."""
    return datetime.strptime(replay_id.partition("Z")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def render_reading(reading: Mapping[str, Any]) -> str:
    """Return the text of rules of reading."""
    return json.dumps(reading, sort_keys=True)


def name_writer(parser: str, record_rules: str, reading: Mapping[str, Any], storage: Sequence[str | int]) -> str:
    """Return the name of what decides the keys of an object's items: the parser, both kinds of rules, the storage.

    Writers of one name store a record under the same key, so that none of them has to remove what the other stored.
    """
    facts = json.dumps([parser, record_rules or NO_RULES, reading, storage], sort_keys=True)
    return hashlib.blake2b(facts.encode(), digest_size=WRITER_BYTES).hexdigest()
