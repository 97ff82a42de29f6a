"""Name what the index of packs holds of a pack."""

PACK_INDEX = "by_pack_day"
"""The index by source and day of packs: it holds the keys and `PACK_INDEXED`, one write unit a pack."""
PACK_DAY, FIRST = "pack_day", "first"
"""Its partition key, `<source>#<YYYY-MM-DD>#0` or `<source>#rest`, and its sort key: the earliest time in the pack."""
PACK_INDEXED = ("last", "records", "levels", "formats", "source_file")
