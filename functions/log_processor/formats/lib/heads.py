"""Read the head of a line of text: the labels, the level and the time that stand before an application's message.

Only some words belong to a head, so that no time and no level is taken from prose:

- A level: `[INFO]`, `(W)`, `warn:`, `ERROR`, `[main/INFO]`. In small letters it has a sign behind it, two blanks, or
  the capital letter of a message: `error Cannot open`, but not `error opening a file`.
- A text in brackets, a process such as `app[42]:`, a word with a digit or an `@` in it: `web-1`.
- A column with a bar behind it, a number, blanks in front. Behind them a time counts only if there is a level, too.
- A single word of letters. Behind it a time counts only if a level follows, and a level only if it has a sign.
"""

import re
from typing import Any, NamedTuple

from log_processor.formats.lib.dating import DAY_MS, get_earliest_ms
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.leading import Lead, read_lead
from log_processor.formats.lib.levels import ANY_CASE, BY_NAME, WORDS
from log_processor.formats.lib.numbers import parse_number

MAX_CHARS = 160
"""A time stands within so many characters."""
MAX_LABELS = 8
CLOCK = re.compile(r"\d:\d\d|(?<!\d)1\d{9}(?!\d)")
APART = re.compile(r"[ \t,;|:*\"'\])>-]{0,60}")
BEFORE_MESSAGE = re.compile(r"[\])>]?(?:[ \t,:;|]|-{1,3}(?=[\s:|,]))*")
BEGINS_TIME = re.compile(r"[\[(<]?(?:\d|[A-Z][a-z]{2}|[a-z]{3}/\d)")
ENDS_TIME = re.compile(r"[ \t,;|:\"\[(-]+(?=[^\s,;|:\"-])")
LETTERS = "DIWEFVNTC"
SIGN = r"(?=[ \t]{0,10}[:|]|[,;\"](?=\S)| {1,5}-{1,2} | {2}|\t|$)"
SIGNED = compile_lazily(
    rf"(?:[\[(<{{] {{0,5}}({WORDS}|{ANY_CASE}) {{0,8}}[\])>}}]|\[[^\]\[\n/]{{1,60}}/({WORDS})\]"
    rf"|(?<![A-Z] )(?:({ANY_CASE}){SIGN}|({WORDS}|STATUS)(?:{SIGN}|(?=[/\[]))))"
)
"""A level with a sign: in brackets, or before a colon, a bar or wide space. Nagios' `SERVICE ALERT: ` is none."""
UNSIGNED = compile_lazily(
    rf"(?:({WORDS})(?=[ \])])|(info|warn|err|crit|dbg|inf|wrn)(?= \w)|({ANY_CASE})(?= [A-Z\[(<{{\"'])"
    rf"|[\[(<]([{LETTERS}])[\])>]|([{LETTERS}])(?= {{2}}| ?\||: )|([DWEF])(?= \w)|(I)(?= [A-Z\[(\"']))"
)
"""A level that is none behind a word of letters: `no ERROR found`, `Order (E) was sent`."""
NAMES = frozenset(BY_NAME).union(LETTERS.lower(), {"status"})
NAMED = compile_lazily(r"\[[^\]\[\n/]{1,60}/([A-Z]{3,11})\]|[\[(<{]? {0,5}([A-Za-z]{1,13})(?![\w.])")
PROSE = compile_lazily(r"[ \t]*(?!(?:info|warn|err|crit) )[A-Za-z][a-z]+,? (?:\d+ )?[a-z]{2,}[ ,.] ?[a-z\d]")
"""Words of a sentence, which most lines without a head begin with: to look at each word would take long."""
LABEL = compile_lazily(
    r"(?:(?P<open>[\[(](?=[^\[\](){}\n]{0,60}\d:\d\d)|(?:@?timestamp|time|ts|date)=\"?(?=\d)"
    r"|\d{4}[-/]\d\d[-/]\d\d[ T_]\d\d:\d\d:\d\d\S{0,20}|\{\})"
    r"|\[(?P<box>[^\[\]\n]{0,100})\]|\((?P<parenthesis>[^()\n]{0,100})\)"
    r"|<(?P<angle>[\w.:-]{1,40})>|\{(?P<brace>[\w.:/-]{1,60})\}"
    r"|(?P<process>[\w./@-]{1,80})\[(?P<pid>\d{1,10})\](?=[\s:\[(|]|$)"
    r"|(?P<column>[\w.][\w./-]{0,40}(?: \d{1,9})?)[ \t]{0,40}\|"
    r"|(?P<number>#?\d{1,18}(?:\.\d{1,9})?)(?=[\s:,;|\"]|$)"
    r"|(?!\d{4}[-/.]\d\d[-/.]\d\d)(?=[^\s\[(<,;|\"]{0,80}[\d@%]|[\w.-]{1,40}=)(?P<mark>[\w.:/@#%+=$-]{1,80})(?=[\s,;|\"]|$)"
    r"|(?P<word>[A-Za-z_][\w./@$-]{0,60}(?:::\w{1,60}){0,8})(?=[\s:,;|\"]|$))"
)


class Labels:
    """The labels that are read of a head: how many are words of letters, how many are numbers or columns."""

    def __init__(self) -> None:
        self.words = self.columns = 0
        self._texts: list[str] = []
        self._process: dict[str, Any] = {}

    def read(self, text: str, position: int) -> int | None:
        """Read the label at `position`; return its end, or None if there is none, or it is the second word."""
        label = LABEL.match(text, position)
        if label is None:
            return None
        kind = label.lastgroup or ""
        self.words += kind == "word"
        self.columns += kind in {"number", "column"}
        if kind == "pid":
            self._process = {"service.name": label["process"], "process.pid": parse_number(label["pid"])}
        elif kind != "open":
            self._texts.append(label[kind].strip())
        return None if self.words > 1 else label.end()

    def list_fields(self, *, before_time: bool) -> dict[str, Any]:
        """Return the fields of the labels. The only one behind a time is the logger, if it is a word."""
        if not self._texts:
            return self._process
        is_logger = self.words == len(self._texts) and not before_time
        return self._process | ({"log.logger": self._texts[0]} if is_logger else {"extra": self._texts})


class Level(NamedTuple):
    """Hold a level as a line writes it, what the labels before it say, and where it ends."""

    word: str
    fields: dict[str, Any]
    end: int


class Head(NamedTuple):
    """Hold what a head says: a time in epoch milliseconds, a level as it is written, fields, and where it ends.

    The time is None if there is a clock alone.
    """

    timestamp_ms: int | None
    level: str | None
    fields: dict[str, Any]
    end: int


def find_level(text: str, position: int) -> Level | None:
    """Return the level behind a time that ends at `position`; None if a message begins before there is one."""
    labels = Labels()
    for _ in () if PROSE.match(text, position) else range(MAX_LABELS):
        position = _skip(text, position)
        if level := _match_level(text, position, labels):
            return Level(level[level.lastindex or 0], labels.list_fields(before_time=False), level.end())
        if (end := labels.read(text, position)) is None:
            return None
        position = end
    return None


def read_head(text: str, last_modified_ms: int) -> Head | None:
    """Return the head of a line that begins with no time; None if no time stands in it.

    A time after `last_modified_ms` is none of a line's: `[tls] 2040-01-01 00:00:00 is when the certificate expires`.
    """
    if PROSE.match(text) or CLOCK.search(text, 0, MAX_CHARS) is None:
        return None
    labels, level, position = Labels(), None, _skip(text, 0) if text[:1].isspace() else 0
    labels.columns += position > 0
    end: int | None
    is_message = False  # behind `ERROR: ` only a time is not of the message
    for _ in range(MAX_LABELS):
        if position and BEGINS_TIME.match(text, position) and (lead := read_lead(text, last_modified_ms, position)):
            return _end_head(text, lead, level, labels, last_modified_ms)
        if level is None and (word := _match_level(text, position, labels)):
            level, end = word[word.lastindex or 0], word.end()
            is_message = text.startswith(":", end)
        elif is_message or (end := labels.read(text, position)) is None:
            return None
        if (position := _skip(text, end)) > MAX_CHARS:
            return None
    return None


def _end_head(text: str, lead: Lead, level: str | None, labels: Labels, last_modified_ms: int) -> Head | None:
    if not ENDS_TIME.match(text, lead.end) or get_earliest_ms(lead.timestamp_ms or 0) > last_modified_ms + DAY_MS:
        return None
    level = level or lead.level
    behind = find_level(text, lead.end) if level is None or labels.words else None
    if behind is None and (labels.words or (labels.columns and level is None)):
        return None
    fields = labels.list_fields(before_time=True)
    if behind is None:
        return Head(lead.timestamp_ms, level, fields, lead.end)
    extra = [*fields.get("extra", []), *behind.fields.get("extra", [])]
    fields |= behind.fields | ({"extra": extra} if extra else {})
    return Head(lead.timestamp_ms, level or behind.word, fields, behind.end)


def strip_message(text: str, position: int) -> str:
    """Return the message from `position` on, without the signs before it."""
    return BEFORE_MESSAGE.sub("", text[position:], count=1)


def _match_level(text: str, position: int, labels: Labels) -> re.Match[str] | None:
    named = NAMED.match(text, position)
    if named is None or named[named.lastindex or 0].lower() not in NAMES:
        return None
    return SIGNED.match(text, position) or (None if labels.words else UNSIGNED.match(text, position))


def _skip(text: str, position: int) -> int:
    """Return the position behind blanks and other signs."""
    apart = APART.match(text, position)
    return apart.end() if apart else position
