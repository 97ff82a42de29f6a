"""Build the page on formats, `docs/formats.md`, from the formats' own fields, the vocabulary and the fixtures."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from log_processor.formats.detection import decide
from log_processor.formats.lib.format import Column
from log_processor.formats.lib.levels import LEVELS
from log_processor.formats.rules import BANNER, RULES, Rule

from docs.generator.format_facts import FormatFacts, list_formats, parse_fixtures
from docs.generator.vocabulary import VocabularyRow, find_row, read_vocabulary

PAGE = Path(__file__).resolve().parent.parent / "formats.md"
TEMPLATE = Path(__file__).with_name("formats.in.md")
ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\*_<>|[]"})


def build_page() -> str:
    """Return the page: the template with the tables and a section for each format."""
    facts, rows = list_formats(), read_vocabulary()
    parts = {
        "RULES": "\n".join(map(_format_rule, (*RULES, BANNER))),
        "ORDER": "\n".join(_list_order(facts)),
        "LEVELS": "\n".join(f"| `{level}` | {', '.join(spellings)} |" for level, spellings in LEVELS.items()),
        "NAMES": "\n".join(_list_names(rows, _find_users(facts, rows))),
        "FORMATS": "\n\n".join(_build_section(one) for one in facts),
    }
    text = TEMPLATE.read_text("utf-8")
    for mark, part in parts.items():
        text = text.replace(f"<!-- {mark} -->", part)
    return text


def _format_rule(rule: Rule) -> str:
    lines = rule.example.split("\n")
    runs = ((line, sum(1 for _ in run)) for line, run in groupby(lines))
    example = "<br>".join(f"`{line}`" + (f", {count} times" if count > 1 else "") for line, count in runs)
    under = f" under `{rule.example_key}`" if rule.example_key else ""
    chosen = decide(lines, 0, rule.example_key).format.name
    return f"| {rule.name} | {_escape(rule.words)} | {example}{under} | `{chosen}` |"


def _list_order(facts: list[FormatFacts]) -> Iterator[str]:
    for number, one in enumerate(facts, 1):
        name = one.format.name
        members = "yes" if one.format.keeps_members else ""
        title = _escape(one.format.title)
        yield f"| {number} | [`{name}`](#{name}) | {title} | {one.shape} | {members} | {one.containers} |"


def _build_section(one: FormatFacts) -> str:
    known = one.format
    title = f"{known.title} ({known.specification})." if known.specification else f"{known.title}."
    fields = "; ".join(_format_column(column) for column in known.schema) or "those of the format that reads a record"
    lines = [f"### {known.name}", "", _escape(f"{title} {known.notes}".strip()), ""]
    lines += [f"Fields: {fields} ([{one.file}](../functions/log_processor/formats/{one.file}))", ""]
    if known.strong:
        lines += [f"Strong start: {'; or '.join(strong.words for strong in known.strong)}.", ""]
    return "\n".join([*lines, "```text", known.sample, "```"])


def _format_column(column: Column) -> str:
    decimals = f"{column.decimals} decimals" if column.decimals else ""
    drops = f"the value drops {_escape(column.drops)}" if column.drops else ""
    details = "; ".join(filter(None, (column.unit, _escape(column.note), decimals, drops)))
    return f"`{column.name}` ({details})" if details else f"`{column.name}`"


def _find_users(facts: list[FormatFacts], rows: list[VocabularyRow]) -> dict[str, set[str]]:
    """Return for each row's pattern the formats in whose fixtures a field of that name occurs."""
    by_name = {one.format.name: one for one in facts}
    users: dict[str, set[str]] = defaultdict(set)
    for _, record in parse_fixtures():
        for name in record.fields:
            row = find_row(name, rows)
            if row is not None and not by_name[record.format].is_own(name, record.log_data):
                users[row.pattern].add(record.format)
    return users


def _list_names(rows: list[VocabularyRow], users: dict[str, set[str]]) -> Iterator[str]:
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            yield f"| **{group}** | | | | |"
        kind = " or ".join(row.types) + (f", {row.unit}" if row.unit else "")
        used = ", ".join(sorted(users.get(row.pattern, ())))
        yield f"| `{row.pattern}` | {kind} | {_escape(row.meaning)} | {row.origin} | {used} |"


def _escape(text: str) -> str:
    """Escape what Markdown would take for markup, except between backticks."""
    pieces = text.split("`")
    return "`".join(piece.translate(ESCAPES) if number % 2 == 0 else piece for number, piece in enumerate(pieces))
