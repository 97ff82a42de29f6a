"""What a route's `redact` says, as rules."""

import re
from typing import Any

from log_processor.routing.config.written import Written
from log_processor.routing.lib.patterns import PatternError, compiled
from log_processor.routing.lib.redaction import Rule
from log_processor.routing.lib.sensitive import NAMED, Sensitive

RULE_KEYS = ("name", "pattern", "method")
METHODS = ("mask", "hash")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
MOST_RULES = 20


def rules(written: Written) -> tuple[Rule, ...]:
    """The rules of `redact`; raises `RouteError`."""
    found = written.values.get("redact", [])
    if not isinstance(found, list) or len(found) > MOST_RULES:
        written.refuse("redact", f"'redact' is no list of at most {MOST_RULES} names and {{name = …}} tables")
    read = tuple(_rule(written, one) for one in found)
    names = [rule.sensitive.name for rule in read]
    for name in names:
        if names.count(name) > 1:
            written.refuse("redact", f"'redact' names {name!r} twice: keep one of them", name)
    return read


def _rule(written: Written, one: Any) -> Rule:
    if isinstance(one, str):
        return Rule(_named(written, one))
    if not isinstance(one, dict):
        written.refuse("redact", f"'redact' holds {one!r}: list names and {{name = …}} tables")
    for key in one:
        if key not in RULE_KEYS:
            written.refuse("redact", f"unknown key {key!r} in redact: a table has {', '.join(RULE_KEYS)}", key)
    name, method = one.get("name"), one.get("method", METHODS[0])
    if method not in METHODS:
        written.refuse("redact", f"'method' in redact is {method!r}: choose {' or '.join(METHODS)}", str(method))
    if "pattern" not in one:
        return Rule(_named(written, name), method == "hash")
    return Rule(_own(written, name, one["pattern"]), method == "hash", own=True)


def _named(written: Written, name: Any) -> Sensitive:
    if not isinstance(name, str) or name not in NAMED:
        remedy = f"choose {', '.join(NAMED)}, or write {{ name = \"…\", pattern = '…' }}"
        written.refuse("redact", f"redact knows no pattern {name!r}: {remedy}", name)
    return NAMED[name]


def _own(written: Written, name: Any, pattern: Any) -> Sensitive:
    if not isinstance(name, str) or NAME.fullmatch(name) is None or name in NAMED:
        remedy = "use at most 31 lower-case letters, digits, - and _, and none of " + ", ".join(NAMED)
        written.refuse("redact", f"the name of an own pattern in redact is {name!r}: {remedy}", name)
    if not isinstance(pattern, str):
        written.refuse("redact", f"the pattern {name!r} in redact is {pattern!r}: write it between single quotes", name)
    try:
        program = compiled(pattern)
    except PatternError as error:
        written.refuse("redact", f"redact: {error}", pattern)
    if program.groups > 1:
        remedy = "what the one group (…) holds is hidden, so write (?:…) for the others"
        written.refuse("redact", f"redact: the pattern {pattern!r} has {program.groups} groups: {remedy}", pattern)
    if program.search(b"") is not None:
        written.refuse("redact", f"redact: the pattern {pattern!r} matches empty text: make it say more", pattern)
    return Sensitive(name, program)
