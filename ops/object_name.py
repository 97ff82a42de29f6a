"""Read the name of an object, as a person writes it."""

import re

from ops.errors import CommandError

OBJECT = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)


def is_named(uri: str, name: str) -> bool:
    """Tell whether a name means an object: its own, or with a `/` at the end, what names of objects begin with."""
    return uri.startswith(name) if name.endswith("/") else uri == name


def parse_object_name(name: str, remedy: str = "write s3://BUCKET/KEY") -> tuple[str, str]:
    """Return bucket and key of `s3://bucket/key`; raises `CommandError` with the remedy if it names no object."""
    match = OBJECT.fullmatch(name)
    if match is None:
        raise CommandError(f"{name}: this names no object: {remedy}")
    return match["bucket"], match["key"]
