"""Read the `key_fields` and the `fields` of a route table: what the key and the route give to each record."""

from itertools import pairwise
from typing import Any

from log_processor.routing.config.dead_patterns import explain_dead_pattern
from log_processor.routing.config.key_overlap import have_common_key
from log_processor.routing.config.toml_tables import RouteTable
from log_processor.routing.lib.key_fields import KeyFields
from log_processor.routing.lib.key_names import MAX_NAME_CHARS, NAME, RESERVED
from log_processor.routing.lib.key_template import KeyTemplate, Placeholder, compile_template, split_template
from log_processor.routing.lib.patterns import PatternError, compile_pattern

MAX_FIELDS = 10
MAX_TEMPLATE_CHARS = 512
MAX_VALUE_CHARS = 256
EXAMPLE = "'apps/{application}/{date}/'"


def read_key_fields(table: RouteTable) -> KeyFields:
    """Return which fields the key and the route give; raise `RouteError` if they cannot be used."""
    template = table.values.get("key_fields")
    compiled = None if template is None or template is False else _read_template(table, template)
    taken = [one.name for one in compiled.placeholders] if compiled else []
    return KeyFields(compiled, takes_none=template is False, constants=_read_constants(table, taken))


def _read_template(table: RouteTable, template: Any) -> KeyTemplate:
    if not isinstance(template, str) or not template:
        table.refuse("key_fields", f"'key_fields' is {template!r}: write a template such as {EXAMPLE}, or false")
    if len(template) > MAX_TEMPLATE_CHARS:
        remedy = f"write at most {MAX_TEMPLATE_CHARS}, because a message has to hold it"
        table.refuse("key_fields", f"'key_fields' has {len(template)} characters: {remedy}")
    try:
        pieces = split_template(template)
        placeholders = [piece for piece in pieces if isinstance(piece, Placeholder)]
        _check_placeholders(table, template, placeholders)
        _check_neighbours(table, pieces)
        compiled = compile_template(template)
    except PatternError as error:
        table.refuse("key_fields", f"key_fields: {error}")
    keys = table.values.get("keys")  # absent from the plan of an object, which holds what was checked
    if keys is not None and not any(have_common_key(key, template) for key in keys):
        remedy = "write the template of keys that 'keys' takes"
        table.refuse("key_fields", f"'key_fields' is {template!r}, which matches no key of the route: {remedy}")
    return compiled


def _check_placeholders(table: RouteTable, template: str, placeholders: list[Placeholder]) -> None:
    """Refuse a template without a placeholder, with too many, with one twice, or with one that takes nothing."""
    if not placeholders:
        remedy = f"write {{name}} for each part to take, as in {EXAMPLE}"
        table.refuse("key_fields", f"'key_fields' is {template!r}, which takes no field: {remedy}")
    if len(placeholders) > MAX_FIELDS:
        table.refuse("key_fields", f"'key_fields' takes {len(placeholders)} fields: take at most {MAX_FIELDS}")
    seen = set()
    for one in placeholders:
        _check_name(table, "key_fields", one.name)
        if one.name in seen:
            table.refuse("key_fields", f"'key_fields' takes {one.name!r} twice: give each part a name of its own")
        seen.add(one.name)
        _check_own_pattern(table, one)


def _check_own_pattern(table: RouteTable, placeholder: Placeholder) -> None:
    pattern = placeholder.own_pattern
    program = compile_pattern(pattern)
    if program.groups:
        remedy = "the placeholder is the group, so write (?:…)"
        table.refuse("key_fields", f"key_fields: the pattern '{pattern}' of {placeholder.name!r} has a group: {remedy}")
    if pattern and program.fullmatch(b"") is not None:
        remedy = "a part of a key has a character at least, so make it say more"
        table.refuse("key_fields", f"key_fields: the pattern '{pattern}' matches empty text: {remedy}")
    if dead := explain_dead_pattern(pattern):
        table.refuse(
            "key_fields", f"key_fields: the pattern '{pattern}' of {placeholder.name!r} matches nothing: {dead}"
        )


def _check_neighbours(table: RouteTable, pieces: list[Placeholder | str]) -> None:
    """Refuse two placeholders with nothing between them, of which the first has no pattern to say where it ends."""
    for first, second in pairwise(pieces):
        if isinstance(first, Placeholder) and isinstance(second, Placeholder) and not first.is_shaped:
            remedy = f"write a sign between them, or {{{first.name}:pattern}}"
            table.refuse("key_fields", f"nothing says where {first.name!r} ends and {second.name!r} begins: {remedy}")


def _read_constants(table: RouteTable, taken: list[str]) -> dict[str, Any]:
    """Return the fields that the route gives to each record, whatever its key is."""
    values = table.values.get("fields", {})
    if not isinstance(values, dict) or len(values) > MAX_FIELDS:
        remedy = 'write a table such as { "deployment.environment.name" = "production" }'
        table.refuse("fields", f"'fields' is no table of at most {MAX_FIELDS} fields: {remedy}")
    for name, value in values.items():
        _check_name(table, "fields", name)
        if name in taken:
            table.refuse("fields", f"'fields' has {name!r}, which 'key_fields' takes out of the key: leave one out")
        if not isinstance(value, str | int | float) or (
            isinstance(value, str) and not 0 < len(value) <= MAX_VALUE_CHARS
        ):
            remedy = f"write a number, true, false, or a text of 1 to {MAX_VALUE_CHARS} characters"
            table.refuse("fields", f"the field {name!r} in 'fields' is {str(value)[:40]!r}: {remedy}", name)
    return dict(values)


def _check_name(table: RouteTable, key: str, name: str) -> None:
    if NAME.fullmatch(name) is None or len(name) > MAX_NAME_CHARS:
        remedy = (
            f"write at most {MAX_NAME_CHARS} letters, digits, _ and -, nested names with dots, such as cloud.region"
        )
        table.refuse(key, f"'{key}' has the name {name[:40]!r}: {remedy}", name)
    if name in RESERVED:
        remedy = f"take another, such as app.{name}"
        table.refuse(key, f"'{key}' has the name {name!r}, which every record has beside its fields: {remedy}", name)
