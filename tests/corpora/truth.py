"""What others read from the corpora's lines, in this project's names: where the two disagree, line by line."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from dateutil import parser as dates
from log_processor.formats.lib.format import Parsed
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME, TEXT

from tests.corpora.confusion import CORPORA, right_formats

TRUTH = tomllib.loads(Path(__file__).with_name("truth.toml").read_text("utf-8"))
NEAR_MS = 1_777_881_600_000


def rows(folder: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the expected rows of a folder of logstash-patterns-core, numbered from 1."""
    for path in sorted((CORPORA / "logstash-patterns-core" / folder).glob("*.expected.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield number, json.loads(line)


def disagreements(folder: str) -> dict[str, str]:
    """Where this project's fields are not those expected: the row and their name, and both values."""
    mapping = TRUTH["names"] | TRUTH.get("names_of", {}).get(folder, {})
    right = right_formats(f"logstash-patterns-core/{folder}/", folder)[0]
    reader = Reader(BY_NAME.get(right, TEXT), NEAR_MS)
    found: dict[str, str] = {}
    for number, row in rows(folder):
        for theirs, value in _flat({"ecs": row["ecs"], "legacy": row["legacy"]}):
            ours = mapping.get(theirs)
            if ours is None:
                raise LookupError(f"{folder}, row {number}: map {theirs!r} ({value!r}) to a name in truth.toml")
            read = reader.read(row["input"])
            if ours and read is not None and (said := _disagreement(ours, value, row["input"], read[1])):
                found[f"{folder} {number} {theirs}"] = said
    return found


def _flat(members: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in members.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def _disagreement(ours: str, value: Any, raw: str, parsed: Parsed) -> str | None:
    fields = parsed.fields
    match ours:
        case "@timestamp":
            return other_time(value, parsed.timestamp_ms)
        case "@target":
            path = fields.get("url.path", "") + ("?" + fields["url.query"] if "url.query" in fields else "")
            authority = f"{fields.get('url.domain')}:{fields.get('url.port')}"
            targets = {fields.get("url.full"), path, authority, fields.get("http.request.line")}
            return None if _plain(value) in targets else f"{value!r} is none of {targets}"
        case "@message":
            message = fields.get("message", "").strip()
            texts = {text.strip() for text in (value if isinstance(value, list) else [value])}
            return None if texts <= {raw.strip(), message} else f"{texts} is message {message!r}"
    found = [fields.get(name) for name in ours.split(" or ")]
    return None if any(equal(value, one) for one in found) else f"{value!r} is {ours} {found!r}"


def _plain(value: Any) -> Any:
    """Without the quotes that their legacy patterns leave on; `-` and what is empty is absent."""
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return None if value in {"-", ""} else value


def equal(theirs: Any, ours: Any) -> bool:
    """Whether a field has the value that is expected; numbers may be expected as text, `-` is an absent one."""
    theirs = _plain(theirs)
    if isinstance(ours, int | float) and theirs is not None:
        return float(theirs) == float(ours)
    return bool(theirs == ours)


def other_time(text: str, moment_ms: int | None) -> str | None:
    """Where `text`, read by dateutil, is another time; of one without a year, day and clock count."""
    place = text.find(":") if "/" in text[:10] else -1
    try:
        read = dates.parse(text[:place] + " " + text[place + 1 :] if place > 0 else text)
    except dates.ParserError:  # a leap second, or seconds since 1970
        same = moment_ms is None or ":60" in text or text.replace(".", "") == str(moment_ms)
        return None if same else f"{text!r} is {moment_ms}"
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    if moment_ms is None:
        return f"{text!r} is no time"
    ours = datetime.fromtimestamp(moment_ms / 1000, UTC)
    read = read.astimezone(UTC).replace(microsecond=read.microsecond // 1000 * 1000)
    if not any(str(year) in text for year in range(1990, 2030)):
        read = read.replace(year=ours.year)
    return None if read == ours else f"{text!r} is {ours.isoformat()}"


def unexplained(found: dict[str, str]) -> dict[str, str]:
    """Return the disagreements for which truth.toml has neither a reason nor a fault."""
    known = [*TRUTH["disagreements"], *TRUTH["faults"]]
    return {place: said for place, said in found.items() if not any(fnmatchcase(place, one) for one in known)}


def outdated(kind: str, found: dict[str, str]) -> set[str]:
    """Return the rows of `disagreements` or `faults` that no longer explain any; one with a reason is no fault."""
    reasons = TRUTH["disagreements"] if kind == "faults" else {}
    places = [place for place in found if not any(fnmatchcase(place, one) for one in reasons)]
    return {one for one in TRUTH[kind] if not any(fnmatchcase(place, one) for place in places)}
