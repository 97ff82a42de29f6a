"""Read the `encoding` of a route table: the name of a Python codec of text."""

import codecs

from log_processor.routing.config.toml_tables import RouteTable

NO_CHARSETS = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")
"""Codecs of names, of source code and of one system's own choice."""
DEFAULTS = ("utf-8", "ascii")
"""What is read without an `encoding`."""


def read_encoding(table: RouteTable) -> str | None:
    """Return the name of the codec that decodes the route's objects, or None if they are read as UTF-8.

    Raise `RouteError` if Python has no such codec of text.
    """
    name = table.values.get("encoding", DEFAULTS[0])
    if not isinstance(name, str) or not _is_charset(name):
        remedy = 'write one that Python knows, such as "cp1252", "koi8-r", "shift_jis" or "utf-16-le"'
        table.refuse("encoding", f"'encoding' is {name!r}, which is no encoding of text: {remedy}")
    codec = codecs.lookup(name).name
    return None if codec in DEFAULTS else codec


def _is_charset(name: str) -> bool:
    """Tell whether Python decodes bytes to text by this name, a piece of a stream at a time."""
    try:
        codec = codecs.lookup(name)
        b"text".decode(name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return False
    return codec.incrementaldecoder is not None and codec.name.replace("-", "_") not in NO_CHARSETS
