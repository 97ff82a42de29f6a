"""Know what Linux' netfilter says of a packet, as iptables, nftables, UFW and firewalld have it logged."""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number

SIGN = " SRC="
PAIR = re.compile(r"(?<![\w])(IN|OUT|SRC|DST|PROTO|SPT|DPT)=(\S{0,64})")
VERDICT = compile_lazily(r"(?i)(?<![a-z])(block|drop|den(?:y|ied)|reject|allow|accept|audit|limit)")
NAMES = {
    "IN": "observer.ingress.interface.name",
    "OUT": "observer.egress.interface.name",
    "SRC": "source.address",
    "DST": "destination.address",
    "PROTO": "network.transport",
    "SPT": "source.port",
    "DPT": "destination.port",
}
MAX_PREFIX_CHARS = 128


def put_packet(fields: dict[str, Any], message: str) -> None:
    """Put the addresses, ports, protocol and interfaces of a packet, and the verdict if the rule's prefix names it."""
    begin = message.find("IN=", 0, MAX_PREFIX_CHARS)
    if begin < 0 or SIGN not in message:
        return
    for key, word in PAIR.findall(message, begin):
        name = NAMES[key]
        if not word or (key in {"SPT", "DPT"} and not isinstance(parse_number(word), int)):
            continue
        fields.setdefault(name, parse_number(word) if key in {"SPT", "DPT"} else word)
    if "network.transport" in fields:
        fields["network.transport"] = fields["network.transport"].lower()
    if verdict := VERDICT.search(message, 0, begin):
        fields.setdefault("event.action", verdict[1].lower())
