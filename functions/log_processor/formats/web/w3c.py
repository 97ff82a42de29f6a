"""Parse the extended log format, as IIS, HTTP.sys, Azure and others write it."""

import re
from dataclasses import replace

from log_processor.formats.lib.directives import Split, build_parser
from log_processor.formats.lib.format import Column, Format, HeaderLines, Parse, Parsed, list_columns
from log_processor.formats.lib.request_line import put_target
from log_processor.formats.lib.timestamps import MONTHS
from log_processor.formats.web.access_words import ADDRESS
from log_processor.formats.web.w3c_columns import choose_rules
from log_processor.state import Columns

DIRECTIVE = re.compile(r"#([A-Za-z][\w-]{0,40}):[ \t]*(.*)")
DAY = re.compile(r"(\d{4}-\d\d-\d\d)|(\d\d)-([A-Z][a-z]{2})-(\d{4})")
DAYS = frozenset({"Date", "Start-Date"})
QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?= |\Z)|(\S+)')
COMMA = re.compile(r'(?:\A|,)(?:"((?:[^"]|"")*+)"|([^,]*))')
ROW = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S")
SHAPES = {
    "c-ip": ADDRESS,
    "s-ip": ADDRESS,
    "c-port": re.compile(r"\d{1,5}"),
    "s-port": re.compile(r"\d{1,5}"),
    "cs-version": re.compile(r"HTTP/[\d.]{1,4}|-"),
    "cs-method": re.compile(r"[A-Z_]{3,20}|-"),
    "cs-uri-stem": re.compile(r"[/*].*"),
    "sc-status": re.compile(r"\d{3}|-"),
}
REQUEST = "cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
PEERS = "c-ip c-port s-ip s-port"
AGENT = "cs(User-Agent) cs(Cookie) cs(Referer) cs-host"
RESULT = "sc-status sc-substatus sc-win32-status"
SIZES = "sc-bytes cs-bytes time-taken"
DEFAULTS = (
    f"date time s-ip {REQUEST} cs(User-Agent) cs(Referer) {RESULT} time-taken",
    f"date time s-ip {REQUEST} cs(User-Agent) {RESULT} time-taken",
    f"date time s-sitename s-ip {REQUEST} cs(User-Agent) {RESULT}",
    f"date time s-sitename {REQUEST} {AGENT} {RESULT} {SIZES}",
    f"date time s-sitename s-computername s-ip {REQUEST} cs-version {AGENT} {RESULT} {SIZES}",
    f"date time {PEERS} cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename",
    f"date time {PEERS} cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename",
)


def read_columns(line: str, earlier: Columns | None) -> Columns | None:
    """Return the columns that apply after `line`, or None if it is no directive.

    `#Fields:` names them; `#Date:` below it gives the day of rows without a date. The names keep the character that
    separates them, which separates the words of the rows too.
    """
    match = DIRECTIVE.match(line)
    if match is None:
        return None
    name, value = match[1], match[2].strip()
    before = earlier or Columns()
    if name == "Fields":
        return replace(before, names=_join_names(value))
    if name in DAYS and earlier is not None and (date := DAY.match(value)):
        return replace(before, day=date[1] or f"{date[4]}-{MONTHS.get(date[3], 0):02d}-{date[2]}")
    return before


def _join_names(names: str) -> str:
    """Return the names of `#Fields:` with exactly one blank between two of them.

    A text with a tab stays as it is, because its names may contain blanks. For example, `a  b` becomes `a b`.
    """
    return ("\t" if "\t" in names else " ").join(names.split("\t" if "\t" in names else None))


def bind(named: Columns | None) -> Parse:
    """Return the parser of the rows below a header line, or of rows of usual columns if there is none."""
    if not named or not named.names:
        return parse
    names = named.names
    separator = "\t" if "\t" in names else "," if "," in names and " " not in names else " "
    columns = names.split(separator)
    split_row = {"\t": _split_tabs, ",": _split_commas}.get(separator) or _build_splitter(len(columns))
    read_row = build_parser(columns, choose_rules(columns), split_row, named.day)
    return _add_target(read_row) if "cs-uri" in columns else read_row


def _build_splitter(width: int) -> Split:
    """Return a function that splits rows of `width` words at blanks.

    - Texts in quotes count as one word if the row then has `width` words.
    - Some write tabs below a header line with blanks.
    """

    def split_row(text: str) -> list[str]:
        words = text.rstrip().split(" ")
        if '"' in text:
            quoted = [inside.replace('""', '"') or bare for inside, bare in QUOTED.findall(text)]
            words = quoted if len(quoted) == width else words
        if len(words) == width:
            return words
        return _split_tabs(text) if "\t" in text else [word for word in words if word]

    return split_row


def _split_tabs(text: str) -> list[str]:
    return [word[1:-1] if word[:1] == word[-1:] == '"' else word for word in text.split("\t")]


def _split_commas(text: str) -> list[str]:
    return [quoted.replace('""', '"') or bare for quoted, bare in COMMA.findall(text)]


def _add_target(read_row: Parse) -> Parse:
    """Return a parser that also splits `cs-uri`, whether it names a host or not."""

    def parse_row(text: str, last_modified_ms: int) -> Parsed | None:
        parsed = read_row(text, last_modified_ms)
        if parsed is not None and (target := parsed.fields.pop("url.full", None)):
            put_target(parsed.fields, target, parsed.fields.get("http.request.method"))
        return parsed

    return parse_row


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse a row without a header line; return None if its words are not those of usual columns."""
    if ROW.match(text) is None:
        return None
    words = text.rstrip().split(" ")
    for columns, read_row in LAYOUTS.get(len(words), ()):
        named = zip(columns, words, strict=True)
        if all(SHAPES[name].fullmatch(word) for name, word in named if name in SHAPES):
            return read_row(text, last_modified_ms)
    return None


LAYOUTS: dict[int, list[tuple[list[str], Parse]]] = {}
for usual in map(str.split, DEFAULTS):
    LAYOUTS.setdefault(len(usual), []).append((usual, bind(Columns(" ".join(usual)))))
FORMAT = Format(
    "w3c",
    parse,
    title="Extended log format, as IIS, HTTP.sys, Azure and others write it",
    specification="W3C working draft WD-logfile; IIS logging",
    notes=(
        "Header-driven: `#Fields:` names the columns, which blanks, tabs or commas separate, and may change in "
        "the middle of a file; values may stand in quotes. Times are UTC, and of the day of `#Date:` where "
        "rows have none. Rows without a header are read where they are of IIS's default columns (versions 6 to "
        "10), of all of its columns, of Azure's or HTTP.sys's."
    ),
    schema=(
        Column("host.name", note="s-computername"),
        *list_columns("user.name http.request.method url.* network.protocol.version http.response.status_code"),
        *list_columns("http.request.size http.response.size", "bytes"),
        *list_columns("http.request.header.* http.response.header.*"),
        Column("user_agent.original", note="IIS's `+` for a blank undone"),
        Column("iis.*", note="its other columns"),
        Column("iis.time_taken_ms", "ms"),
        Column("w3c.*", note="the columns of others"),
        *list_columns("server.address server.port client.address client.port"),
        Column("extra", note="more words than columns"),
    ),
    sample=(
        "#Fields: date time s-ip cs-method cs-uri-stem s-port c-ip sc-status time-taken\n"
        "2026-05-04 10:00:00 10.0.0.1 GET /a 443 192.0.2.1 200 15"
    ),
    embedded=None,
    header_lines=HeaderLines(read_columns, bind),
)
