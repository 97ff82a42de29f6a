"""Name what the index of packs holds of a pack."""

PACK_INDEX = "by_pack_day"
"""The index by source and day of packs: it holds the keys and `PACK_INDEXED`, one write unit a pack."""
PACK_DAY, FIRST = "pack_day", "first"
"""Its partition key, which `name_pack_day` makes, and its sort key: the earliest time in the pack."""
PACK_INDEXED = ("last", "records", "levels", "formats", "source_file")


def name_pack_day(source: str, date: str | None) -> str:
    """Return the partition of the packs of a source and date, such as `web#2026-05-04#0`.

    It is `web#rest` if the date is None: those packs have records of several days.
    """
    return f"{source}#rest" if date is None else f"{source}#{date}#0"
