"""Copy members of JSON objects to the names of the vocabulary."""

from collections.abc import Mapping
from typing import Any

NOTHING: tuple[Any, ...] = (None, "", "-", [], {})


def put_members(fields: dict[str, Any], source: Any, names: Mapping[str, str]) -> None:
    """Copy those members of `source` that hold something to `fields`, under their `names`.

    A source that is no object has no members.
    """
    if not isinstance(source, dict):
        return
    get = source.get
    for member, name in names.items():
        value = get(member)
        if (value and value != "-") if type(value) is str else value not in NOTHING:
            fields[name] = value
