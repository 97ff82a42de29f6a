"""Compare what others read from the corpora's lines with this project's fields, line by line."""

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

from tests.corpora.confusion import CORPORA, get_right_formats

TRUTH = tomllib.loads(Path(__file__).with_name("truth.toml").read_text("utf-8"))
LAST_MODIFIED_MS = 1_777_881_600_000


def read_rows(folder: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the expected rows of a folder of logstash-patterns-core, numbered from 1."""
    for path in sorted((CORPORA / "logstash-patterns-core" / folder).glob("*.expected.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield number, json.loads(line)


def find_disagreements(folder: str) -> dict[str, str]:
    """Return the fields that are not as expected: by row and name, both values."""
    mapping = TRUTH["names"] | TRUTH.get("names_of", {}).get(folder, {})
    right = get_right_formats(f"logstash-patterns-core/{folder}/", folder)[0]
    reader = Reader(BY_NAME.get(right, TEXT), LAST_MODIFIED_MS)
    differences: dict[str, str] = {}
    for number, row in read_rows(folder):
        for theirs, value in _flatten({"ecs": row["ecs"], "legacy": row["legacy"]}):
            ours = mapping.get(theirs)
            if ours is None:
                raise LookupError(f"{folder}, row {number}: map {theirs!r} ({value!r}) to a name in truth.toml")
            read = reader.read(row["input"])
            if ours and read is not None and (said := _compare_field(ours, value, row["input"], read[1])):
                differences[f"{folder} {number} {theirs}"] = said
    return differences


def _flatten(members: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in members.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{before}{name}.")
        else:
            yield before + name, value


def _compare_field(ours: str, value: Any, raw: str, parsed: Parsed) -> str | None:
    fields = parsed.fields
    match ours:
        case "@timestamp":
            return find_other_time(value, parsed.timestamp_ms)
        case "@target":
            path = fields.get("url.path", "") + ("?" + fields["url.query"] if "url.query" in fields else "")
            authority = f"{fields.get('url.domain')}:{fields.get('url.port')}"
            targets = {fields.get("url.full"), path, authority, fields.get("http.request.line")}
            return None if _strip_quotes(value) in targets else f"{value!r} is none of {targets}"
        case "@message":
            message = fields.get("message", "").strip()
            texts = {text.strip() for text in (value if isinstance(value, list) else [value])}
            return None if texts <= {raw.strip(), message} else f"{texts} is message {message!r}"
    differences = [fields.get(name) for name in ours.split(" or ")]
    return None if any(is_equal(value, one) for one in differences) else f"{value!r} is {ours} {differences!r}"


def _strip_quotes(value: Any) -> Any:
    """Return a value without the quotes that legacy patterns leave on; None for `-` and the empty text."""
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return None if value in {"-", ""} else value


def is_equal(theirs: Any, ours: Any) -> bool:
    """Tell whether a field has the expected value; a number may be expected as text, `-` means that it is absent."""
    theirs = _strip_quotes(theirs)
    if isinstance(ours, int | float) and theirs is not None:
        return float(theirs) == float(ours)
    return bool(theirs == ours)


def find_other_time(text: str, moment_ms: int | None) -> str | None:
    """Return the difference if `text`, read by dateutil, is another time; None if it is the same.

    Of a time without a year, day and clock count.
    """
    colon = text.find(":") if "/" in text[:10] else -1
    try:
        read = dates.parse(text[:colon] + " " + text[colon + 1 :] if colon > 0 else text)
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


def list_unexplained(differences: dict[str, str]) -> dict[str, str]:
    """Return the disagreements for which truth.toml has neither a reason nor a fault."""
    known = [*TRUTH["disagreements"], *TRUTH["faults"]]
    return {name: said for name, said in differences.items() if not any(fnmatchcase(name, one) for one in known)}


def list_outdated(kind: str, differences: dict[str, str]) -> set[str]:
    """Return the rows of `disagreements` or `faults` that no longer explain any; one with a reason is no fault."""
    reasons = TRUTH["disagreements"] if kind == "faults" else {}
    unexplained = [name for name in differences if not any(fnmatchcase(name, one) for one in reasons)]
    return {one for one in TRUTH[kind] if not any(fnmatchcase(name, one) for name in unexplained)}
