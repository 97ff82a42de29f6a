"""Parse records of the Linux audit system: auditd's, raw or enriched, and those of its plugins and of the kernel."""

import re
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, StrongStart
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import convert_epoch_ms

HEAD = compile_lazily(
    r"(?:node=(\S{1,255}) )?type=([A-Z][A-Z0-9_]{1,63}(?:\[\d{1,5}\])?|\d{1,5}) "
    r"(?:msg=)?audit\((\d{1,11}\.\d{3}):(\d{1,20})\): ?"
)
PAIR = compile_lazily(r"([A-Za-z_][\w-]{0,127})=(?:\"([^\"]*)\"|(\{[^}]{0,1024}\})|([^\s,]*))[ ,]*")
NESTED = re.compile(r"\bmsg='(.*?)'?\s*$", re.DOTALL)
"""What a program says of itself, up to the end; its quote may be cut off."""
ENRICHED = "\x1d"
"""Between what the kernel wrote and what auditd found out about it, such as `UID="root"`."""
DECIMALS = frozenset(
    [
        "argc",
        "auid",
        "egid",
        "euid",
        "exit",
        "fsgid",
        "fsuid",
        "gid",
        "inode",
        "item",
        "items",
        "ogid",
        "ouid",
        "pid",
        "ppid",
        "ses",
        "sgid",
        "suid",
        "uid",
    ]
)
"""The fields that are whole numbers; others look so too, but are hexadecimal, octal or names."""
UNKNOWN = frozenset(("?", "(null)", "(none)", ""))
ALSO = {"pid": "process.pid", "addr": "client.address"}
ALSO_QUOTED = {"comm": "process.name", "acct": "user.name"}
"""The fields that other formats have too, by their names there; without quotes these are hexadecimal."""


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it has no type, time and serial number."""
    head = HEAD.match(text)
    if head is None:
        return None
    node, kind, seconds, serial = head.groups()
    fields: dict[str, Any] = {"type": kind, "audit.id": f"{seconds}:{serial}"}
    if node:
        fields["host.name"] = node
    said, _, enriched = text[head.end() :].partition(ENRICHED)
    nested = NESTED.search(said)
    if nested is not None:
        said = said[: nested.start()] + nested[1]
    _put_pairs(fields, said)
    _put_pairs(fields, enriched)
    if PAIR.sub("", said).strip():
        fields["message"] = said.strip()
    return Parsed(fields, convert_epoch_ms(float(seconds)))


def _put_pairs(fields: dict[str, Any], said: str) -> None:
    """Put the pairs that are not there yet under their own names, and known ones under the common names too."""
    for name, quoted, braced, bare in PAIR.findall(said):
        value = quoted or braced or (parse_number(bare) if name in DECIMALS and bare else bare)
        fields.setdefault(name, value)
        common = ALSO.get(name) or (ALSO_QUOTED.get(name) if quoted else None)
        if common and value not in UNKNOWN:
            fields.setdefault(common, value)


FORMAT = Format(
    "auditd",
    parse,
    title="records of the Linux audit system, as auditd writes them, raw or enriched",
    specification="auditd.conf(5), `log_format`; Linux Audit Documentation, Audit event fields and record types",
    notes=(
        "The fields of a record stand under their own names, those of a program's `msg='…'` too; what enriching adds "
        "has names in capitals. The records of one event have the same `audit.id`. Values that auditd writes in "
        "hexadecimal, such as `proctitle`, stay so, and only ids, counts and exit codes are numbers: `a0=55` is "
        "hexadecimal. Lines of the kernel and of audisp's plugins are read too, behind `node=` and in syslog."
    ),
    schema=(
        Column("audit.id", note="time and serial number"),
        Column("host.name", note="of `node=`"),
        Column("process.pid", note="pid"),
        Column("process.name", note="comm"),
        Column("client.address", note="addr, where it is known"),
        Column("user.name", note="acct"),
        Column("message", note="where it is more than fields, such as an AVC's"),
    ),
    sample='type=SYSCALL msg=audit(1777888800.123:4711): arch=c000003e syscall=59 success=yes pid=42 comm="sudo"',
    keeps_members=True,
    embedded=Embedded(ANYWHERE, "tn", "audit("),
    strong=(
        StrongStart(
            re.compile(rb"(?:node=\S{1,255} )?type=[A-Z0-9_\[\]]{1,72} (?:msg=)?audit\(\d{1,11}\.\d{3}:\d{1,20}\):"),
            b"tn",
            needs=b"audit(",
            words="type, and the time and serial number in `audit(…)`",
        ),
    ),
    signs=("audit(",),
)
