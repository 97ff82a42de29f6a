"""Read what stands before the time of an access line: virtual host, client, proxy and user."""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.tokens import strip_marks
from log_processor.formats.web.access_words import (
    ADDRESS,
    ADDRESSES,
    HOST_PORT,
    IP,
    NOBODY,
    WORD,
    is_client,
    is_host,
    put_client,
    put_words,
)

NAME = r"[\w*.-]{1,255}"
CLIENT = compile_lazily(rf"{IP}|{NAME}(?::\d{{0,5}})?")
VHOST = re.compile(NAME)
LOGGED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]{2,15}(?:Z|[+-]\d\d:\d\d)")
"""The time at which a container's runtime received the line, as `docker logs --timestamps` prints it."""
PLAIN = compile_lazily(
    r"[\w*.@/#=+-]{1,255}|\[[\w.@/#=+-]{1,64}\]|\w{1,20}://\S{1,255}"
    rf'|{HOST_PORT.pattern}|"(?:-|{ADDRESSES.pattern})"'
)
"""What may stand before the client without being known. Prose has other signs, and so has what syslog, a container's
runtime or a logger writes before a line: a clock, a bar, a colon.
"""
CLOCK = re.compile(r"(?<![\w:])\d\d:\d\d:\d\d(?![\w:])")
LEVEL = compile_lazily(r"\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|SEVERE)\]?:?")
MAX_UNKNOWN = 6
MAX_WORDS = 100
PLAIN_WORDS = 3
UNKNOWN = frozenset({"-", "unknown"})
NAME_PART = re.compile(r"[^\W\d_][\w'-]*\.?")
QUOTED_LIST = compile_lazily(rf'"(-|{ADDRESSES.pattern})"(?= |\Z)')
ENCLOSED = re.compile(r"(?<=[\w\]])\(([^()]*)\)")
"""What some write behind the client without a blank: `192.0.2.1(203.0.113.9)`."""
ARROWS = frozenset(("->", "=>", "-->", "<-", ">"))
"""What some write between client, host and upstream."""
DASH = "\u2013"
"""A dash that a much copied log format of nginx has between client and user."""


def put_head(fields: dict[str, Any], head: str) -> list[str] | None:
    """Put the words before the time by their shapes; return the unknown ones, or None if it is no head of such a line.

    They are `[vhost] client[, client…] [proxy] [vhost] ident user`, with unknown words between them. A user may have
    several words, if the ident is `-`.
    """
    words = _split_words(head)
    if len(words) > MAX_WORDS or any(map(CLOCK.search, words)):
        return None
    unknown = _put_before_client(fields, words)
    clients = _take_clients(words)
    if unknown is None or not clients or not all(CLIENT.fullmatch(client) for client in clients):
        return None
    if len(clients) > 1:
        fields["http.request.header.x-forwarded-for"] = ", ".join(clients)
    put_client(fields, _put_peer(fields, clients, words), None)
    unknown += _take_before_ident(fields, words)
    return unknown + _put_user(fields, words)


def _split_words(head: str) -> list[str]:
    """Return the words; a list of clients may stand in quotes, as some write $http_x_forwarded_for."""
    if listed := QUOTED_LIST.match(head):
        head = listed[1] + head[listed.end() :]
    words = [word for word in WORD.findall(ENCLOSED.sub(r' "\1"', head.replace(DASH, " - "))) if word not in ARROWS]
    if len(words) > 1 and LOGGED.fullmatch(words[0]) and (words[1] == "-" or is_client(words[1])):
        del words[0]
    return words


def _put_before_client(fields: dict[str, Any], words: list[str]) -> list[str] | None:
    """Take the words before the client, put them by their shapes, and return the unknown ones.

    - Without an address the first word is the client, but for a virtual host with a port.
    - A word alone before an address is a virtual host if ident and user follow, or if it has a host's shape.
    - Return None if the line may be another program's, which has an access line within.
    """
    count = _count_before_client(words)
    before = words[:count]
    if not all(PLAIN.fullmatch(word) and not LEVEL.fullmatch(word) for word in before):
        return None
    del words[:count]
    if count == 1 and (HOST_PORT.fullmatch(before[0]) or (len(words) >= PLAIN_WORDS and VHOST.fullmatch(before[0]))):
        put_client(fields, "-", before[0])
        return []
    return put_words(fields, before)


def _count_before_client(words: list[str]) -> int:
    if not words or words[0] == "-" or "," in words[0]:
        return 0
    if len(words) > PLAIN_WORDS and words[1] != "-" and HOST_PORT.fullmatch(words[0]):
        return 1
    if len(words) > PLAIN_WORDS and words[1] == words[2] == "-" and is_host(words[0]):
        return 1
    firsts = enumerate(word.partition(",")[0] for word in words[: MAX_UNKNOWN + 1])
    addressed = (index for index, first in firsts if ADDRESS.fullmatch(first) or first == "unknown")
    return next(addressed, 0)


def _put_peer(fields: dict[str, Any], clients: list[str], words: list[str]) -> str:
    """Take the proxy's address from the words if there is one, and return the client."""
    if not words or not ADDRESS.fullmatch(words[0]):
        return "-" if clients[0] in UNKNOWN else clients[0]
    peer = words.pop(0)
    client = peer if clients[0] in UNKNOWN else clients[0]
    if client != peer:
        fields["network.peer.address"] = peer
    return client


def _take_before_ident(fields: dict[str, Any], words: list[str]) -> list[str]:
    """Put the words before ident and user by their shapes, and return the unknown ones.

    Some servers write the host where others have the ident: `192.0.2.1 www.example.com ann`.
    """
    before: list[str] = []
    while words and (len(words) > 2 or is_host(words[0])) and words[0] != "-":
        before.append(words.pop(0))
    return put_words(fields, before)


def _put_user(fields: dict[str, Any], words: list[str]) -> list[str]:
    """Put ident and user, and what stands behind them by its shape; return the unknown words."""
    ident, user, more = "-", "".join(words[:1]), words[2:]
    if len(words) > 1:
        ident, user = strip_marks(words[0]), strip_marks(words[1])
    if ADDRESS.fullmatch(user):  # a proxy or an upstream
        user, more = "-", [user, *more]
    if more and user != "-" and all(NAME_PART.fullmatch(word) and not is_host(word) for word in more):
        user, more = " ".join(words[1:]), []
    if ident not in NOBODY:
        fields["ident"] = ident
    if user not in NOBODY:
        fields["user.name"] = user
    return put_words(fields, more)


def _take_clients(words: list[str]) -> list[str]:
    """Take the client, or the list of clients, from the words and return it.

    Some versions of ingress-nginx write it twice: `192.0.2.1 - [192.0.2.1] - user`.
    """
    count = 0
    while count < len(words) and words[count][-1] == ",":
        count += 1
    clients = [client for client in "".join(words[: count + 1]).split(",") if client]
    del words[: count + 1]
    if len(words) > 1 and words[1] == f"[{', '.join(clients)}]":
        del words[:2]
    return clients
