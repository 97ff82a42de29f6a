"""Read what stands before the time of an access line: virtual host, client, proxy and user."""

import re
from typing import Any

MAX_PORT_DIGITS = 5
HOST_PORT = re.compile(r"(?:[^\s:,\[\]]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")
IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,8}(?:%\w{1,16})?\]?)(?::\d{1,5})?"
ADDRESS = re.compile(IP)
NAME = r"[\w*.-]{1,255}"
CLIENT = re.compile(rf"{IP}|{NAME}(?::\d{{0,5}})?")
VHOST = re.compile(NAME)
LOGGED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]{2,15}(?:Z|[+-]\d\d:\d\d)")
"""The time at which a container's runtime received the line, as `docker logs --timestamps` prints it."""
NOBODY = frozenset({"-", '""', ""})
PLAIN_WORDS = 3


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
        fields[f"{name}.address"], fields[f"{name}.port"] = host.strip("[]"), int(port)
    else:
        fields[f"{name}.address"] = word


def put_head(fields: dict[str, Any], head: str) -> bool:
    """Put the words before the time by their shapes; tell whether they are such words.

    They are `[vhost] client[, client…] [proxy] ident user`. A user may have several words, if the ident is `-`.
    """
    words = _split_words(head)
    vhost = _take_vhost(words)
    clients = _take_clients(words)
    if not clients or not all(CLIENT.fullmatch(client) for client in clients):
        return False
    if len(clients) > 1:
        fields["http.request.header.x-forwarded-for"] = ", ".join(clients)
    client = _put_peer(fields, clients, words)
    if len(words) > 2 and words[0] != "-":
        return False
    put_client(fields, client, vhost)
    _put_user(fields, words)
    return True


def _split_words(head: str) -> list[str]:
    """Return the words; a list of clients may stand in quotes, as some write $http_x_forwarded_for."""
    if head[:1] == '"':
        listed, quote, others = head[1:].partition('" ')
        head = f"{listed} {others}" if quote else head
    words = head.split()
    if words and LOGGED.fullmatch(words[0]):
        del words[0]
    return words


def _put_peer(fields: dict[str, Any], clients: list[str], words: list[str]) -> str:
    """Take the proxy's address from the words if there is one, and return the client."""
    if len(words) < PLAIN_WORDS or not ADDRESS.fullmatch(words[0]):
        return clients[0]
    peer = words.pop(0)
    client = peer if clients == ["-"] else clients[0]
    if client != peer:
        fields["network.peer.address"] = peer
    return client


def _put_user(fields: dict[str, Any], words: list[str]) -> None:
    ident, user = (words[0], " ".join(words[1:])) if len(words) > 1 else ("-", "".join(words))
    if ident not in NOBODY:
        fields["ident"] = ident
    if user not in NOBODY:
        fields["user.name"] = user


def _take_vhost(words: list[str]) -> str | None:
    """Take the virtual host from the words and return it, or None.

    The first word is one if it has a port, or if an address follows it and it is none itself.
    """
    if len(words) <= PLAIN_WORDS:
        return None
    first, second = words[:2]
    if HOST_PORT.fullmatch(first) or (
        first != "-"
        and VHOST.fullmatch(first)
        and ADDRESS.fullmatch(second.rstrip(","))
        and not ADDRESS.fullmatch(first)
    ):
        return words.pop(0)
    return None


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
