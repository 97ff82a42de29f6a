"""Build the document of a pack, which holds records in columns, and read the records back."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import add, attrgetter, sub
from typing import Any

from log_processor.packs.leaves import read_word
from log_processor.packs.rows import PackedRows
from log_processor.packs.tables import Table, Tables
from log_processor.packs.templates import are_equal, make_column
from log_processor.record import LogRecord, build_log_id

Document = dict[str, Any]
HEADS = ("gap", "more", "dt", "level", "format", "from", "index", "error", "truncated", "continues", "shape")
"""The columns that every record has a value in."""
ATTRIBUTES = [
    attrgetter(name)
    for name in (
        *("level", "format", "timestamp_from", "parse_error", "truncated", "continues"),
        *("offset", "length", "timestamp_ms"),
    )
]


def build_document(rows: PackedRows, tables: Tables) -> Document:
    """Return the document of records, which are in the order of their first bytes, and in `tables`.

    - `gap` is how far a record begins behind the line end of the one before, `offset` where the first one begins.
    - `more` is what the record's length has beyond the bytes of its text.
    - `dt` is the difference to the time before, `time` the time of the first one.
    - `continues` is the offset of the first piece of a record that was cut.
    - `shape` says in which of `shapes` its text and fields are.
    """
    records = rows.records
    levels, formats, origins, errors, cuts, continued, offsets, lengths, times = (
        list(map(get, records)) for get in ATTRIBUTES
    )
    stops = map(add, map(add, offsets, lengths), repeat(1))
    heads: dict[str, Sequence[Any]] = {
        "gap": [0, *map(sub, offsets[1:], stops)],
        "more": list(map(sub, lengths, rows.sizes)),
        "dt": [0, *map(sub, times[1:], times)],
        "level": levels,
        "format": formats,
        "from": origins,
        "index": rows.numbers,
        "error": errors,
        "truncated": cuts,
        "continues": list(map(_read_offset, continued)) if any(continued) else continued,
        "shape": tables.numbers,
    }
    first = {"n": len(records), "offset": offsets[0], "time": times[0]}
    columns = {name: make_column(heads[name]) for name in HEADS}
    return first | columns | {"shapes": list(map(_build_shape, tables.tables))}


def _read_offset(log_id: str | None) -> int | None:
    return int(log_id.split("-")[1], 16) if log_id else None


def _build_shape(table: Table) -> list[Any]:
    """Return the fields of a shape, its columns of segments, and its columns of values.

    A field is `[path, kind, first segment, segment after the last]`, or `[path]` alone if its values are a column.
    """
    spans = table.shape.list_spans()
    paths, kinds = table.paths, table.kinds
    fields = [
        [paths[leaf], kinds[leaf], *spans[leaf]] if leaf in spans else [paths[leaf]] for leaf in range(len(paths))
    ]
    values = [_build_values(kinds[leaf], words) for leaf, words in enumerate(table.columns) if leaf not in spans]
    return [fields, table.segments, values]


def _build_values(kind: str, words: Sequence[str]) -> Any:
    """Return a column of values; they are compared as words, since Python takes 1, 1.0 and true for equal."""
    if are_equal(words):
        return {"=": read_word(kind, words[0])}
    return [read_word(kind, word) for word in words]


def read_document(document: Document, digest: str) -> Iterator[LogRecord]:
    """Yield the records of a document; `digest` is that of their object version."""
    count, offset, time = document["n"], document["offset"], document["time"]
    shapes = [_read_shape(shape) for shape in document["shapes"]]
    for values in zip(range(count), *(_read_column(document[name]) for name in HEADS), strict=False):
        _, gap, more, step, level, name, origin, index, error, truncated, continues, shape = values
        text, fields = next(shapes[shape])
        offset, time = offset + gap, time + step
        length = len(text.encode("utf-8", "surrogatepass")) + more
        yield LogRecord(
            build_log_id(digest, offset, index),
            time,
            name,
            text,
            offset,
            length,
            fields,
            level,
            error,
            truncated,
            origin,
            None if continues is None else build_log_id(digest, continues),
        )
        offset += length + 1


def _read_column(column: Any) -> Iterator[Any]:
    return repeat(column["="]) if isinstance(column, dict) else iter(column)


def _read_shape(shape: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the text and the fields of each record of a shape, in their order."""
    spans, segments, values = shape
    rows = zip(*map(_read_column, segments), strict=False)
    for row, *others in zip(rows, *map(_read_column, values), strict=False):
        fields: dict[str, Any] = {}
        remaining = iter(others)
        for path, *span in spans:
            value = read_word(span[0], "".join(row[span[1] : span[2]])) if span else next(remaining)
            fields = _set_field(fields, path, value)
        yield "".join(row), fields


def _set_field(fields: dict[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """Return the fields with the value at a path; the value itself if the path is empty."""
    if not path:
        return dict(value)
    *parents, name = path
    members = fields
    for parent in parents:
        members = members.setdefault(parent, {})
    members[name] = value
    return fields
