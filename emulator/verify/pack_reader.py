"""Read a pack with `json` and zstd alone: the example of `docs/packs.md`, which shows these lines."""

import json
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from backports import zstd

HEADS = ("gap", "more", "dt", "level", "format", "from", "index", "error", "truncated", "continues", "shape")
KINDS: dict[str, Any] = {"s": str, "i": int, "f": float, "j": json.loads}


def read_pack(log_id: str, log_data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the records of a pack, given the two attributes of its item."""
    pack, digest = json.loads(zstd.decompress(log_data)), log_id.split("-", maxsplit=1)[0]
    shapes, offset, time = [read_shape(*shape) for shape in pack["shapes"]], pack["offset"], pack["time"]
    for _, *values in zip(range(pack["n"]), *(read_column(pack[name]) for name in HEADS), strict=False):
        head = dict(zip(HEADS, values, strict=True))
        text, fields = next(shapes[head["shape"]])
        offset, time = offset + head["gap"], time + head["dt"]
        length = len(text.encode()) + head["more"]
        own_id = f"{digest}-{offset:x}" + (f"-{head['index']:x}" if head["index"] else "")
        yield (
            head
            | {"log_id": own_id, "timestamp": time, "log_data": text, "fields": fields}
            | {
                "offset": offset,
                "length": length,
            }
        )
        offset += length + 1


def read_column(column: Any) -> Iterator[Any]:
    """Return the values of a column; one that is the same for all stands there once."""
    return repeat(column["="]) if isinstance(column, dict) else iter(column)


def read_shape(paths: list[Any], segments: list[Any], values: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the text and the fields of each record of a shape."""
    rows = zip(*map(read_column, segments), strict=False)
    for row, *others in zip(rows, *map(read_column, values), strict=False):
        fields: dict[str, Any] = {}
        for path, *span in paths:
            convert = KINDS.get(span[0]) if span else None
            value = convert("".join(row[span[1] : span[2]])) if convert else others.pop(0)
            members = fields
            for name in path[:-1]:
                members = members.setdefault(name, {})
            members.update({path[-1]: value} if path else value)
        yield "".join(row), fields
