"""Read packs back as the items that their records would be, for the tests of both ways to store."""

import base64
from collections.abc import Iterator
from typing import Any

import orjson
from backports import zstd
from log_processor.packs.document import read_document
from log_processor.storing.items import ItemEncoder, ObjectFacts

from tests.unit.log_processor.edges import Items


def unpack_items(items: Items) -> Items:
    """Return the items with each record of a pack as an item of its own; no record may be there twice."""
    unpacked: Items = {}
    for item in items.values():
        for record in read_records(item) if "layout" in item else [item]:
            key = record["log_id"]["S"], record["timestamp"]["N"]
            assert key not in unpacked
            unpacked[key] = record
    return unpacked


def read_records(pack: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the records of a pack as items."""
    texts = {name: pack[name]["S"] for name in ("source_file", "source", "object_version", "processed_at")}
    facts = ObjectFacts(**texts, member=pack.get("member", {}).get("S", ""))
    encoder = ItemEncoder(facts, index_shards=8, record_ttl_days=0)
    document = orjson.loads(zstd.decompress(base64.b64decode(pack["log_data"]["B"])))
    for record in read_document(document, pack["log_id"]["S"].partition("-")[0]):
        yield orjson.loads(encoder.encode(record))["PutRequest"]["Item"]
