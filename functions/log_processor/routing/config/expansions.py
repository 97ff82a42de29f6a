"""Read the `expand` and the `root_fields` of a route table: which array holds the records of a JSON document."""

from typing import Any

from log_processor.reading.json.expansion import USUAL, Expansion, Expansions, Path, RootField, index_by_path
from log_processor.routing.config.toml_tables import RouteTable

MAX_ROOT_FIELDS = 10
MAX_MEMBER_DEPTH = 8
MAX_MEMBER_CHARS = 256


def read_expansions(table: RouteTable) -> Expansions:
    """Return the array that `expand` names, with its root fields; without `expand`, those known for every object."""
    fields = table.values.get("root_fields", [])
    if "expand" not in table.values:
        if "root_fields" in table.values:
            table.refuse("root_fields", "'root_fields' stands without 'expand': name the member that holds the records")
        return USUAL
    path = _read_member(table, "expand", table.values["expand"])
    if not isinstance(fields, list) or len(fields) > MAX_ROOT_FIELDS:
        table.refuse("root_fields", f"'root_fields' is no list of at most {MAX_ROOT_FIELDS} members")
    root_fields = tuple(RootField(_read_member(table, "root_fields", field), field) for field in fields)
    for root_field in root_fields:
        if root_field.path[: len(path)] == path:
            table.refuse(
                "root_fields", f"'root_fields' has {root_field.name!r}, which holds the records", root_field.name
            )
    return index_by_path([Expansion(path, root_fields)])


def _read_member(table: RouteTable, key: str, name: Any) -> Path:
    """Return the path of a member whose name is written with dots: `detail.events` is `("detail", "events")`."""
    path = tuple(name.split(".")) if isinstance(name, str) else ()
    if not all(path) or not 1 <= len(path) <= MAX_MEMBER_DEPTH:
        remedy = f"write the name of a member, nested ones with dots, at most {MAX_MEMBER_DEPTH} names"
        table.refuse(key, f"'{key}' has {name!r}: {remedy}", name)
    if len(name) > MAX_MEMBER_CHARS:
        remedy = f"write at most {MAX_MEMBER_CHARS}, because a message has to hold it"
        table.refuse(key, f"'{key}' has a name of {len(name)} characters, {name[:40]!r}…: {remedy}", name)
    return path
