"""Know what Linux' netfilter says of a packet, as iptables, nftables, UFW and firewalld have it logged."""

import re
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.tokens import FieldRule

SIGN = " SRC="
PAIR = re.compile(r"(?<![\w])(IN|OUT|SRC|DST|PROTO|SPT|DPT)=(\S{0,64})")
VERDICT = compile_lazily(r"(?i)(?<![a-z])(block|drop|den(?:y|ied)|reject|allow|accept|audit|limit)")
RULES: dict[str, FieldRule] = {
    "IN": ("observer.ingress.interface.name", str),
    "OUT": ("observer.egress.interface.name", str),
    "SRC": ("source.address", str),
    "DST": ("destination.address", str),
    "PROTO": ("network.transport", str.lower),
    "SPT": ("source.port", parse_number),
    "DPT": ("destination.port", parse_number),
}
MAX_PREFIX_CHARS = 128


def put_packet(fields: dict[str, Any], message: str) -> None:
    """Put the addresses, ports, protocol and interfaces of a packet, and the verdict if the rule's prefix names it."""
    begin = message.find("IN=", 0, MAX_PREFIX_CHARS)
    if begin < 0 or SIGN not in message:
        return
    for key, word in PAIR.findall(message, begin):
        name, read = RULES[key]
        value = read(word)
        if word and (read is not parse_number or isinstance(value, int)):
            fields.setdefault(name, value)
    if verdict := VERDICT.search(message, 0, begin):
        fields.setdefault("event.action", verdict[1].lower())
