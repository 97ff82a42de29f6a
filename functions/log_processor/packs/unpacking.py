"""Read the records of a pack from its item."""

import json
from collections.abc import Iterator

from backports import zstd

from log_processor.packs.document import read_document
from log_processor.packs.pack_items import name_cell
from log_processor.record import LogRecord
from log_processor.work.plan import GRIDS, PACK_LAYOUT

DAMAGES = (zstd.ZstdError, ValueError, LookupError, TypeError, AttributeError, RuntimeError)
"""What reading a document raises if no packer wrote it; a generator that ends too early is a `RuntimeError`."""


class UnreadablePackError(Exception):
    """A pack is damaged, or of a layout that this version does not know."""


def read_records(log_id: str, layout: str, data: bytes) -> Iterator[LogRecord]:
    """Yield the records of a pack; raise `UnreadablePackError` if they cannot be read."""
    if layout != PACK_LAYOUT:
        raise UnreadablePackError(f"the pack {log_id} has the layout {layout!r}: read it with a newer version")
    try:
        document = json.loads(zstd.decompress(data))
        records = list(read_document(document, log_id.partition("-")[0]))
        if len(records) != document["n"]:
            raise ValueError(f"it has {len(records)} of {document['n']} records")
    except DAMAGES as error:
        reason = " ".join(str(error).split()) or "its columns end too early"
        raise UnreadablePackError(f"the pack {log_id} is damaged ({reason}): upload its object again") from error
    yield from records


def list_pack_ids(log_id: str) -> list[str]:
    """Return the partition keys under which the pack of a record may be; none if `log_id` is no record's."""
    digest, _, offset = log_id.partition("-")
    try:
        position = int(offset.partition("-")[0], 16)
    except ValueError:
        return []
    names = [name_cell(digest, position >> bits, bits) for bits in GRIDS]
    return [f"{name}{sign}" for name in names for sign in ("", "+")]
