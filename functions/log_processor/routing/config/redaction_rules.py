"""Read the `redact` list of a route table as redaction rules."""

import re
from typing import Any

from log_processor.routing.config.dead_patterns import explain_dead_pattern
from log_processor.routing.config.toml_tables import RouteTable
from log_processor.routing.lib.patterns import PatternError, compile_pattern
from log_processor.routing.lib.record_search import RedactionRule
from log_processor.routing.lib.sensitive import NAMED, Sensitive
from log_processor.suggestion import suggest

RULE_KEYS = ("name", "pattern", "method", "field")
METHODS = ("mask", "hash")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
MAX_RULES = 20
MAX_FIELD_CHARACTERS = 200


def read_redaction_rules(table: RouteTable) -> tuple[RedactionRule, ...]:
    """Return the rules that `redact` lists; raise `RouteError` if one cannot be used, or if one makes another needless.

    A rule is needless if another one has the same name, or names the same field.
    """
    values = table.values.get("redact", [])
    if not isinstance(values, list) or len(values) > MAX_RULES:
        table.refuse("redact", f"'redact' is no list of at most {MAX_RULES} names and {{name = …}} tables")
    rules = tuple(_read_rule(table, value) for value in values)
    names = [rule.name for rule in rules if not rule.field]
    fields = [rule.field.lower() for rule in rules if rule.field]
    for name in (*names, *fields):
        if names.count(name) > 1 or fields.count(name) > 1:
            table.refuse("redact", f"'redact' names {name!r} twice: keep one of them", name)
    return rules


def _read_rule(table: RouteTable, value: Any) -> RedactionRule:
    if isinstance(value, str):
        return _name_rule(_get_named(table, value))
    if not isinstance(value, dict):
        table.refuse("redact", f"'redact' holds {value!r}: list names and {{name = …}} tables")
    for key in value:
        if key not in RULE_KEYS:
            meant = suggest(key, RULE_KEYS)
            table.refuse("redact", f"unknown key {key!r} in redact: {meant}a table has {', '.join(RULE_KEYS)}", key)
    name, method = value.get("name"), value.get("method", METHODS[0])
    if method not in METHODS:
        table.refuse("redact", f"'method' in redact is {method!r}: choose {' or '.join(METHODS)}", str(method))
    if "field" in value:
        return _read_field_rule(table, value, hashed=method == "hash")
    if "pattern" not in value:
        return _name_rule(_get_named(table, name), hashed=method == "hash")
    return _name_rule(_read_own(table, name, value["pattern"]), hashed=method == "hash")


def _name_rule(sensitive: Sensitive, *, hashed: bool = False) -> RedactionRule:
    return RedactionRule(sensitive.name, sensitive, hashed=hashed)


def _read_field_rule(table: RouteTable, value: dict[str, Any], *, hashed: bool) -> RedactionRule:
    """Return a rule that hides the values of a field; without a name of its own it has the field's last one."""
    field = value["field"]
    if not isinstance(field, str) or not all(field.split(".")) or len(field) > MAX_FIELD_CHARACTERS:
        remedy = f"write the name of a field, nested ones with dots, at most {MAX_FIELD_CHARACTERS} characters"
        table.refuse("redact", f"'field' in redact is {field!r}: {remedy}", field)
    if "pattern" in value:
        remedy = "write two rules, one that hides all of the field and one that hides what the pattern finds anywhere"
        table.refuse("redact", f"the rule for the field {field!r} in redact has a pattern: {remedy}", field)
    name = value.get("name", re.sub(r"[^a-z0-9_-]+", "_", field.rpartition(".")[2].lower()).strip("_-0123456789"))
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        remedy = 'add a name of at most 31 lower-case letters, digits, - and _: { field = "…", name = "…" }'
        table.refuse("redact", f"the field {field!r} in redact has no name for its token: {remedy}", field)
    return RedactionRule(name, field=field, hashed=hashed)


def _get_named(table: RouteTable, name: Any) -> Sensitive:
    if not isinstance(name, str) or name not in NAMED:
        remedy = f"choose {', '.join(NAMED)}, or write {{ name = \"…\", pattern = '…' }}"
        table.refuse("redact", f"redact knows no pattern {name!r}: {suggest(name, NAMED)}{remedy}", name)
    return NAMED[name]


def _read_own(table: RouteTable, name: Any, pattern: Any) -> Sensitive:
    """Return a pattern that the route's author wrote, under the name that the author gave it."""
    if not isinstance(name, str) or NAME.fullmatch(name) is None or name in NAMED:
        remedy = "use at most 31 lower-case letters, digits, - and _, and none of " + ", ".join(NAMED)
        table.refuse("redact", f"the name of an own pattern in redact is {name!r}: {remedy}", name)
    if not isinstance(pattern, str):
        table.refuse("redact", f"the pattern {name!r} in redact is {pattern!r}: write it between single quotes", name)
    try:
        program = compile_pattern(pattern)
    except PatternError as error:
        table.refuse("redact", f"redact: {error}", pattern)
    if program.groups > 1:
        remedy = "what the one group (…) holds is hidden, so write (?:…) for the others"
        table.refuse("redact", f"redact: the pattern '{pattern}' has {program.groups} groups: {remedy}", pattern)
    if program.search(b"") is not None:
        table.refuse("redact", f"redact: the pattern '{pattern}' matches empty text: make it say more", pattern)
    if dead := explain_dead_pattern(pattern):
        table.refuse("redact", f"redact: the pattern '{pattern}' hides nothing: {dead}", pattern)
    return Sensitive(name, program, is_contextual=True)
