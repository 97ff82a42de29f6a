"""Parse text of no named format whose records begin with a time; lines up to the next time belong to the record."""

import re
from typing import Any

from log_processor.formats.lib import leading
from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.heads import find_level, strip_message
from log_processor.formats.lib.layouts import compile_layouts, match_layouts
from log_processor.formats.lib.levels import ANY_CASE, WORDS, normalise_level
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.tokens import FieldRule
from log_processor.formats.syslog.said import put_sayings
from log_processor.formats.syslog.said_exim import EXIM, is_exim
from log_processor.state import Below

BOXES = re.compile(r"\[([^\]\n]*)\]")
PARTS: dict[str, FieldRule] = {
    "pid": ("process.pid", parse_number),
    "tid": ("thread.id", parse_number),
    "node": ("host.name", str),
    "file": ("code.file.path", str),
    "line": ("code.line.number", parse_number),
    "request": ("faas.invocation_id", str),
    "logger": ("log.logger", lambda word: word.strip(" ]:")),
    "channel": ("log.channel", str),
    "component": ("mongodb.component", str),
    "context": ("mongodb.context", str),
    "extra": ("extra", BOXES.findall),
    "said": ("extra", str.strip),
    "message": ("message", str),
    **dict.fromkeys(("bare", "boxed", "column", "dashed", "symbol", "php"), ("severity_text", str)),
}
TOPIC = "[a-z!-]{2,30}"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LAYOUTS = compile_layouts(
    PARTS,
    r" \[(?P<logger>[\w.-]{1,200})#(?P<bare>debug|info|warn|error|critical)\] (?P<message>.*)",
    r" +(?P<pid>\d{1,9}) +(?P<tid>\d{1,9}) (?P<bare>[VDIWEFA]) (?P<logger>[^\n:]{0,100}?) *: (?P<message>.*)",
    (
        rf"\t(?P<column>{ANY_CASE})\t(?:(?P<logger>[\w./-]{{1,100}})\t(?!\{{))?"
        r"(?:(?P<file>[\w./@-]{1,200}\.go):(?P<line>\d{1,9})\t)?(?P<message>.*)"
    ),
    (
        rf"[\s,:;|\-]{{0,20}}(?:(?P<pid>\d{{1,10}})[\s:|]{{1,40}})?(?P<extra>(?:\[[^\]\n]{{0,200}}\][\s:|,\-]{{0,4}}){{0,4}}?)"
        rf"(?:(?P<channel>[A-Za-z][\w-]{{0,50}})?\.(?={WORDS}))?"
        rf"(?:(?P<bare>(?:{WORDS})(?![\w.]))\]?|[\[(<] ?(?P<boxed>{ANY_CASE}) {{0,5}}[\])>]"
        rf"|(?<=- )(?P<dashed>{ANY_CASE})(?= - )"
        rf"|(?<=[\t|, ])(?P<column>{ANY_CASE})(?=\t| *\|| {{2,}}|: ))[\s:|,;]{{0,40}}(?:- )?(?:-- :? ?)?"
        r"(?:(?P<logger>\w{1,60}(?:(?:::\w{1,60}){0,10}\]|(?:::\w{1,60}){1,10}:)) )?(?P<message>.*)"
    ),
    r" (?P<bare>[DIWEF])\d? (?P<component>[A-Z_]{2,20}|-) +(?:\[(?P<context>[^\]\n]{1,100})\] )?(?P<message>.*)",
    (
        r" +(?P<pid>\d{1,9})-(?P<tid>\d{1,9})/\S{1,100} +(?P<bare>[VDIWEFA])/(?P<logger>[^\n:]{1,100}?) *: "
        r"(?P<message>.*)"
    ),
    (
        r" (?P<bare>[diwef]) (?P<logger>\w{1,60}) +(?P<file>[\w./-]{1,100})\((?P<line>\d{1,9})\) : "
        r"(?P<message>.*)"
    ),
    r" +(?P<bare>[VDIWEF])/(?P<logger>[^\n(:]{1,100}?) *\( *(?P<pid>\d{1,9})\): (?P<message>.*)",
    r" #(?P<pid>\d{1,10})\] +(?P<bare>[A-Z]{4,7}) -- (?P<logger>[^\n:]{0,100}): (?P<message>.*)",
    rf"\t(?P<request>{UUID})\t(?:(?P<bare>{WORDS})\t)?(?P<message>.*)",
    (
        r" (?P<node>\S{1,60}) \d{4}-\d\d-\d\d-\S{1,20} \S{1,60} RAS (?P<channel>\w{1,30}) (?P<bare>[A-Z]{3,10}) "
        r"(?P<message>.*)"
    ),
    rf" - (?P<logger>[\w.@/:-]{{1,60}}) - (?P<column>{ANY_CASE})(?:: | - )(?P<message>.*)",
    rf" \*(?P<bare>{WORDS})\*\s{{1,9}}(?P<message>.*)",
    r" ===\s{0,9}(?P<message>.*)",
    (
        rf" (?P<channel>(?=\S*,)(?:{TOPIC},){{0,5}}?(?P<bare>info|warning|error|critical|debug)(?:,{TOPIC}){{0,5}}) "
        r"(?P<message>.*)"
    ),
    r" (?P<logger>(?:spid\d{1,6}s?|Server|Logon|Backup) {2,11})(?P<message>(?P<bare>Error(?=: \d))?.*)",
    r" (?P<symbol>[.*#-]) (?P<message>.*)",
    r" (?P<bare>[DIWE])! (?P<message>.*)",
    rf" (?P<channel>[a-z-]{{1,40}}): (?P<boxed>{ANY_CASE}|dynamic)(?:(?<=debug) \d{{1,3}})?: (?P<message>.*)",
    r": (?P<bare>[IWEF]) (?P<file>[\w./-]{1,200}):(?P<line>\d{1,9})\] ?(?P<message>.*)",
    r" (?P<file>[\w./@-]{1,200}\.\w{1,5}):(?P<line>\d{1,9}): (?P<message>.*)",
    r" PHP (?P<php>[A-Z][a-z]+(?: [a-z]+)?):  (?P<message>.*)",
    r" (?P<bare>[TDINWEC]) \| (?P<logger>[\w./-]{1,80}): (?P<message>.*)",
    (
        rf" (?:pid=)?(?P<pid>\d{{1,9}}) (?P<said>(?:tid=|TID-)\S{{1,20}} [^\n:]{{0,200}}?)(?P<bare>{WORDS}): "
        r"(?P<message>.*)"
    ),
    r" (?P<message>[A-Za-z][\w./@-]{0,60} (?P<bare>error|warn|info|verbose|debug|silly|fatal|trace): .*)",
    r" [0-9a-f]{8} (?P<logger>[\w.$-]{1,100}) +(?:(?P<bare>[FEWID])|[ACOR123]) +(?P<message>.*)",
)
OWN_LEVELS = {
    **dict(zip(".-*#", ("debug", "debug", "info", "warn"), strict=True)),
    **dict.fromkeys(("Fatal error", "Parse error", "Core error", "Compile error", "Recoverable fatal"), "error"),
    **dict.fromkeys(("CRASH", "SUPERVISOR"), "error"),
    **dict.fromkeys(("PROGRESS", "Deprecated", "Strict Standards", "N", "STATUS"), "info"),
    "T": "trace",
}
"""Levels that only one program writes: Redis' signs, etcd's `N`, kinds of Erlang's reports and of PHP's errors."""


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it does not begin with a time."""
    lead = leading.read_lead(text, last_modified_ms)
    if lead is None:
        return None
    fields = match_layouts(LAYOUTS, text, lead.end)
    if fields is None:
        fields = _read_level(text, lead)
    _put_exim(fields)
    if lead.thread:
        fields["thread.name"] = lead.thread
    if lead.pid is not None:
        fields["process.pid"] = lead.pid
    severity = fields.get("severity_text") or lead.level
    if severity:
        fields["severity_text"] = severity
    return Parsed(fields, lead.timestamp_ms, name_level(severity))


def _put_exim(fields: dict[str, Any]) -> None:
    """Put what a line of Exim's main log says, perhaps behind a process."""
    message = fields.get("message", "")
    if message[:1] == "[":
        message = message.partition("] ")[2]
    if is_exim(message):
        put_sayings(fields, message, EXIM)


def name_level(severity: str | None) -> str | None:
    """Return the level of a word that stands in a head."""
    return OWN_LEVELS.get(severity or "") or normalise_level(severity)


def _read_level(text: str, lead: leading.Lead) -> dict[str, Any]:
    """Return the level, if one stands in the head behind the time, and the message."""
    level = find_level(text, lead.end) if lead.level is None else None
    if level is None:
        return {"message": strip_message(text, lead.end)}
    return {**level.fields, "severity_text": level.word, "message": strip_message(text, level.end)}


FORMAT = Format(
    "timed_text",
    parse,
    title=(
        "Text of no named format whose records begin with a time; all lines up to the next time belong to the record"
    ),
    specification="",
    notes="What is not recognised for certain stays in the message.",
    schema=(
        Column("severity_text"),
        Column("message", note="what follows the level, or else the time"),
        *list_columns("thread.name thread.id log.logger process.pid host.name faas.invocation_id"),
        Column("log.channel", note="of `channel.LEVEL:`, or MikroTik's topics"),
        *list_columns("code.file.path code.line.number mongodb.component mongodb.context"),
        Column("service.name", note="of `app[42]` before the level"),
        *list_columns(
            "event.action event.outcome email.* user.name client.address client.port client.domain", note="of Exim"
        ),
        *list_columns("destination.address destination.port", note="of Exim: the server that it delivers to"),
        Column("extra", note="words before the level, in brackets or with a digit, or Sidekiq's"),
    ),
    sample="[2026-05-04 10:00:00] production.ERROR: no such route",
    embedded=None,
    starts=leading.STARTS,
    below=Below.ANYTHING,
    strong=(
        StrongStart(
            leading.DATED,
            b"12[<(",
            needs=b":",
            words="a date with a year, and a clock, perhaps in brackets, and a word behind them",
        ),
    ),
)
