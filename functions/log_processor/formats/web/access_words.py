"""Read the words of an access line by their shapes: hosts, origins, ports, addresses."""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.tokens import strip_marks

MAX_PORT_DIGITS = 5
HOST_PORT = re.compile(r"(?:[^\s:,\[\]\"]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")
IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,8}(?:%\w{1,16})?\]?)(?::\d{1,5})?"
ADDRESS = compile_lazily(IP)
ADDRESSES = compile_lazily(rf"(?:unknown|{IP})(?:, ?(?:unknown|{IP})){{0,50}}")
HOST = compile_lazily(r"(?:(?:[\w*-]{1,63}\.){1,20}[A-Za-z][\w-]{1,62}\.?|localhost)(?::\d{1,5})?|[\w-]{1,63}:\d{1,5}")
"""A name that is a host's by its shape: with a domain or a port."""
ORIGIN = re.compile(r"(https?)://([^\s/]{1,255})/?")
PORT = re.compile(r"(?i:port)[ =:](\d{1,5})")
WORD = compile_lazily(r'"[^"]*"(?= |\Z)|\[[^\[\]"]*\](?= |\Z)|\S+')
"""A word: a text in quotes or brackets, or all up to a blank."""
NOBODY = frozenset({"-", '""', ""})


def is_client(word: str) -> bool:
    """Tell whether a word is an address, or a name that is a host's by its shape."""
    return ADDRESS.fullmatch(word.partition(",")[0]) is not None or HOST.fullmatch(word) is not None


def is_host(word: str) -> bool:
    """Tell whether a word is a host or an origin by its shape."""
    return HOST.fullmatch(word) is not None or ORIGIN.fullmatch(word) is not None


def put_client(fields: dict[str, Any], client: str, vhost: str | None) -> None:
    """Put the client and the virtual host, each with its port; the end of an IPv6 address is no port."""
    if client != "-":
        if ":" in client:
            _put_host_port(fields, "client", client)
        else:
            fields["client.address"] = client
    if vhost is not None:
        _put_host_port(fields, "server", vhost)


def _put_host_port(fields: dict[str, Any], name: str, word: str) -> None:
    host, colon, port = word.rpartition(":")
    if colon and port.isdecimal() and len(port) <= MAX_PORT_DIGITS and (":" not in host or host[-1] == "]"):
        fields[f"{name}.address"], fields[f"{name}.port"] = host.strip("[]"), parse_number(port)
    else:
        fields[f"{name}.address"] = word[1:-1] if word[0] + word[-1] == "[]" else word


def put_words(fields: dict[str, Any], words: list[str]) -> list[str]:
    """Put words of a layout that is not known by their shapes, and return the unknown ones without their marks.

    Known are a host, an origin (`https://www.example.com`), the scheme, `[PORT 80]`, an address if there is no client
    yet, and a list of addresses, or one in quotes.
    """
    return [strip_marks(word) for word in words if not _put_word(fields, word)]


def _put_word(fields: dict[str, Any], word: str) -> bool:
    """Put one word, and tell whether it is known, or says nothing."""
    text = strip_marks(word)
    if text in NOBODY:
        return True
    if "server.address" not in fields and (origin := ORIGIN.fullmatch(text)):
        fields["url.scheme"] = origin[1]
        put_client(fields, "-", origin[2])
    elif "server.address" not in fields and HOST.fullmatch(text):
        put_client(fields, "-", text)
    elif "server.port" not in fields and (port := PORT.fullmatch(text)):
        fields["server.port"] = parse_number(port[1])
    elif text in {"http", "https"}:
        fields["url.scheme"] = text
    else:
        return _put_addresses(fields, text, is_quoted=word != text)
    return True


def _put_addresses(fields: dict[str, Any], text: str, *, is_quoted: bool) -> bool:
    if ADDRESSES.fullmatch(text) is None:
        return False
    first, comma, _ = text.partition(",")
    if "client.address" not in fields:
        put_client(fields, first, None)
        if not comma:
            return True
    elif not (comma or is_quoted) or HOST_PORT.fullmatch(text):
        return False
    fields.setdefault("http.request.header.x-forwarded-for", text)
    return True
