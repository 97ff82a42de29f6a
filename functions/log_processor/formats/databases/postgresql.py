"""Parse server logs of PostgreSQL."""

import re
from functools import lru_cache
from string import digits
from typing import Any

from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.timestamps import convert_epoch_ms
from log_processor.formats.lib.tokens import FieldRule
from log_processor.formats.lib.zones import parse_zoned_ms
from log_processor.state import Below

SEVERITIES = "DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION"
STATEMENTS = ("STATEMENT", "ANWEISUNG", "INSTRUCTION", "SENTENCIA", "ISTRUZIONE", "COMANDO")
TRANSLATED: dict[str, str | None] = {
    **dict.fromkeys(("FEHLER", "ERREUR", "ERRORE", "ERRO"), "error"),
    **dict.fromkeys(("WARNUNG", "ATTENTION", "ADVERTENCIA", "ATTENZIONE", "AVISO"), "warn"),
    **dict.fromkeys(("PANIK", "FATALE", "PANICO"), "fatal"),
    **dict.fromkeys(("HINWEIS", "NOTIFICA", "NOTA"), "info"),
    **dict.fromkeys(STATEMENTS[1:], None),
    **dict.fromkeys(("TIPP", "ASTUCE", "SUGERENCIA", "SUGGERIMENTO", "DICA"), None),
    **dict.fromkeys(
        ("ZUSAMMENHANG", "CONTEXTE", "CONTEXTO", "CONTESTO", "DÉTAIL", "DETALLE", "DETTAGLI", "DETALHE"), None
    ),
}
"""What servers with `lc_messages` in German, French, Spanish, Italian or Portuguese write for the severities."""
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{10}\.\d{3}(?= )"
DATED = rf"<? ?(?P<time>{TIME}) ?(?P<zone>[A-Z]{{2,5}}|[+-]\d\d(?::?\d\d)?)?(?!\w)"
ANY_SEVERITY = f"{SEVERITIES}|{'|'.join(TRANSLATED)}"
SAYING = (
    rf"(?P<severity>{ANY_SEVERITY}):(?P<blanks>  ?)(?! )(?:(?P<code>(?=[A-Z]{{0,4}}\d)[0-9A-Z]{{5}}): )?(?P<message>.*)"
)
LINE = re.compile(rf"(?:{DATED}(?P<prefix>[^\n]{{0,400}}?))?(?<!\w){SAYING}", re.DOTALL)
SESSION = r"\]:\d{1,9}:[0-9A-Z]{5}:[^\n]{1,100}?:[0-9a-f]{1,16}\.[0-9a-f]{1,16}:"
CLIENT = r"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,8}(?<![0-9A-Fa-f]:)|\[local\]"
HOSTED = compile_lazily(
    rf"(?P<host>{CLIENT})(?:\((?P<port>\d{{1,5}})\))?[ :,|]{{1,3}}{DATED}(?P<prefix>[^\n]{{0,400}}?)(?<!\w){SAYING}",
    re.DOTALL,
)
"""A prefix that begins with `%h` or `%r`: the client stands before the time."""
NUMBERED = re.compile(r"\[(\d{1,9})-\d{1,9}\] ")
"""What PostgreSQL puts before each message and before each of its lines in syslog."""
GLUED = compile_lazily(rf"{DATED}(?P<prefix>:[^\n]{{0,200}}?{SESSION}[^:\n]{{1,64}}?){SAYING}", re.DOTALL)
"""The longer prefix that RDS allows: it ends with the application, and nothing stands before the severity."""
SHAPES: tuple[tuple[str, str, tuple[FieldRule, ...]], ...] = (
    ("=", r"\b(?:user|usr)=([^,\s]*)", (("user.name", str),)),
    ("=", r"\b(?:db|database)=([^,\s]*)", (("db.namespace", str),)),
    ("=", r"\bapp(?:lication)?=([^,\n]*?)(?=,|\s*$| \w+=)", (("service.name", str),)),
    (
        "=",
        r"\b(?:client|host|remote|h|r)=([^,\s()]*)(?:\((\d{1,5})\))?",
        (("client.address", str), ("client.port", parse_number)),
    ),
    ("=", r"\b(?:state|code|error|e)=([0-9A-Z]{5})\b", (("error.code", str),)),
    ("=", r"\b(?:pid|p)=(\d{1,18})", (("process.pid", parse_number),)),
    (
        "]:",
        (
            r"(?<=\]):(\d{1,9}):([0-9A-Z]{5}):\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S{1,6}:"
            r"(\d{1,9}/\d{1,18})?:(\d{1,18}):([0-9a-f]{1,16}\.[0-9a-f]{1,16}):(?:([^:\n]*):?)?$"
        ),
        (
            ("postgresql.session_line", parse_number),
            ("error.code", str),
            ("postgresql.virtual_transaction_id", str),
            ("postgresql.transaction_id", parse_number),
            ("postgresql.session_id", str),
            ("service.name", str),
        ),
    ),
    (".", r"\b([0-9a-f]{8}\.[0-9a-f]{1,8})\b", (("postgresql.session_id", str),)),
    ("[", r"\[(\d{1,18})(?:-(\d{1,9}))?\]", (("process.pid", parse_number), ("postgresql.session_line", parse_number))),
    ("[", r"\[(\d{1,9})-\d{1,9}\]", (("postgresql.session_line", parse_number),)),
    ("/", r"(?<![\w.])(\d{1,9}/\d{1,18})\b", (("postgresql.virtual_transaction_id", str),)),
    ("@", r"([^\s@,:=\[\]<>|]+)?@([^\s,:=\[\]<>|]+)?", (("user.name", str), ("db.namespace", str))),
    (
        "(",
        r"(?:^:|(?<![\w.:]))([0-9A-Za-z_.:-]+)\((\d{1,5})\)",
        (("client.address", str), ("client.port", parse_number)),
    ),
    (".", r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])", (("client.address", str),)),
)
"""The shapes of a prefix's escapes, the more certain first, each with a character that it always has."""
READERS = tuple((sign, re.compile(shape), rules) for sign, shape, rules in SHAPES)
SAID = compile_lazily(
    r"(?:duration: (\d{1,12}\.\d{1,6}) ms(?:  |\Z))?(?:(?:statement|(?:parse|bind|execute) [^:\n]*): (.*))?", re.DOTALL
)
SAYS = ("duration: ", "statement: ", "execute ")
"""How lines of log_duration, log_statement and log_min_duration_statement begin."""
PARTED = re.compile(r"[\s,:;|<>()-]+")
MAX_HEAD_CHARS = 600
UNKNOWN = frozenset({None, "", "[unknown]", "[local]", "local", "00000"})
LEVELS = TRANSLATED | {"LOG": "info", "DETAIL": None, "HINT": None, "STATEMENT": None, "CONTEXT": None, "QUERY": None}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it has no severity with a colon, or is another program's (see `_is_known`)."""
    if text[:1] == "[" and (number := NUMBERED.match(text)):
        parsed = _parse_line(text[number.end() :])
        if parsed is not None:
            parsed.fields.setdefault("postgresql.session_line", parse_number(number[1]))
        return parsed
    return _parse_line(text)


def _parse_line(text: str) -> Parsed | None:
    match = LINE.match(text) or (GLUED.match(text) if "]:" in text else None)
    if match is None and ":  " in text[:MAX_HEAD_CHARS]:
        match = HOSTED.match(text)
    if match is None:
        return None
    severity, time, zone = match.group("severity", "time", "zone")
    fields: dict[str, Any] = {"severity_text": severity, "message": match["message"]}
    if match["prefix"]:
        fields |= _read_prefix(match["prefix"])
    if match.re.groupindex.get("host") and match["host"] not in UNKNOWN:
        fields["client.address"] = match["host"]
        if match["port"]:
            fields["client.port"] = parse_number(match["port"])
    if not _is_known(fields, time, zone, match["blanks"]):
        return None
    if match["code"] not in UNKNOWN:
        fields["error.code"] = match["code"]
    put_statement(fields)
    level = LEVELS.get(severity, normalise_level(severity.rstrip("12345")))
    return Parsed(fields, _parse_time(time, zone), level)


def put_statement(fields: dict[str, Any]) -> None:
    """Put the statement of the message, and the duration in milliseconds, as far as the message has them."""
    message = fields.get("message", "")
    if fields.get("severity_text") in STATEMENTS:
        fields["db.query.text"] = message
    elif message.startswith(SAYS) and (match := SAID.fullmatch(message)):
        if match[1]:
            fields["postgresql.duration_ms"] = parse_decimal(match[1])
        if match[2]:
            fields["db.query.text"] = match[2]


def _is_known(fields: dict[str, Any], time: str | None, zone: str | None, blanks: str) -> bool:
    """Tell whether a line is PostgreSQL's; other programs write `ERROR:` too.

    One of these must hold:

    - Two blanks follow the severity, and the line has no time, or a process, session or zone beside its time.
    - It has both a zone and a process: `2026-05-04 10:00:00 UTC [42] LOG: ready`.

    The time of `%n` has no zone.
    """
    is_certain = "process.pid" in fields or "postgresql.session_id" in fields or zone is not None
    return (len(blanks) == 2 and (time is None or is_certain)) or (zone is not None and "process.pid" in fields)


def _parse_time(time: str | None, zone: str | None) -> int | None:
    if time is None:
        return None
    if time[4] != "-":
        return convert_epoch_ms(float(time))
    return parse_zoned_ms(
        time.replace(" ", "T"), zone if zone is None or len(zone) != 3 or zone[0] not in "+-" else f"{zone}:00"
    )


@lru_cache(maxsize=1024)
def _read_prefix(prefix: str) -> dict[str, Any]:
    """Return the fields that the words of a prefix show by their shape, and the other words as `extra`.

    Each shape is searched in what the shapes before it left over.
    """
    fields: dict[str, Any] = {}
    rest = prefix
    for sign, shape, rules in READERS:
        if sign not in rest or (match := shape.search(rest)) is None:
            continue
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
        _put_words(fields, rules, match.groups())
    words = [word for word in PARTED.split(rest) if word.strip("[]@=.") and word not in UNKNOWN]
    return fields | {"extra": " ".join(words)} if words else fields


def _put_words(fields: dict[str, Any], rules: tuple[FieldRule, ...], words: tuple[str | None, ...]) -> None:
    for (name, read), word in zip(rules, words, strict=True):
        if word and word not in UNKNOWN and name not in fields:
            fields[name] = read(word)


STARTS = compile_lazily(
    rf"(?:(?:{CLIENT})(?:\(\d{{1,5}}\))?[ :,|]{{1,3}})?<? ?(?:{TIME})|(?:{SEVERITIES}):  (?! )".encode()
)
FORMAT = Format(
    "postgresql",
    parse,
    title="PostgreSQL server logs",
    specification="PostgreSQL documentation, Error Reporting and Logging: log_line_prefix",
    notes=(
        "Time without a zone counts as UTC. In syslog a message has a number before it (`[3-1] `). Severities may be "
        "German, French, Spanish, Italian or Portuguese."
    ),
    schema=(
        Column("severity_text", note="LOG, ERROR, …, and DETAIL, HINT, STATEMENT, CONTEXT, QUERY"),
        *list_columns("process.pid user.name db.namespace client.address client.port"),
        Column("service.name", note="application"),
        Column("error.code", note="SQLSTATE"),
        *list_columns(
            "postgresql.session_line postgresql.session_id postgresql.transaction_id postgresql.virtual_transaction_id",
        ),
        Column("postgresql.duration_ms", "ms", decimals=3),
        Column("db.query.text", note="of STATEMENT, `statement: …`, `execute …: …`, with a duration or not"),
        Column("message"),
        Column("extra", note="words of the prefix that tell nothing by their shape"),
    ),
    sample='2026-05-04 10:00:00.123 UTC [42] app@orders ERROR:  relation "a" does not exist at character 15',
    embedded=Embedded(ANYWHERE, f"{digits}[", ":  "),
    starts=STARTS,
    below=Below.ANYTHING,
)
