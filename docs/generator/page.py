"""The page on formats: `docs/formats.md`, from the formats' own fields, the vocabulary and the fixtures."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from log_processor.formats.detection import decide
from log_processor.formats.lib.format import Column
from log_processor.formats.lib.levels import LEVELS
from log_processor.formats.rules import RULES, Rule

from docs.generator.described import Described, described, records
from docs.generator.vocabulary import Name, load, row_of

PAGE = Path(__file__).resolve().parent.parent / "formats.md"
WORDS = Path(__file__).with_name("formats.in.md")
SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\*_<>|[]"})


def page() -> str:
    """The whole page."""
    known, names = described(), load()
    parts = {
        "RULES": "\n".join(map(_rule, RULES)),
        "ORDER": "\n".join(_order(known)),
        "LEVELS": "\n".join(f"| `{level}` | {', '.join(spellings)} |" for level, spellings in LEVELS.items()),
        "NAMES": "\n".join(_names(names, _users(known, names))),
        "FORMATS": "\n\n".join(_format(one) for one in known),
    }
    text = WORDS.read_text("utf-8")
    for mark, part in parts.items():
        text = text.replace(f"<!-- {mark} -->", part)
    return text


def _rule(rule: Rule) -> str:
    lines = rule.example.split("\n")
    example = "<br>".join(f"`{line}`" for line in lines)
    under = f" under `{rule.example_key}`" if rule.example_key else ""
    chosen = decide(lines, 0, rule.example_key).format.name
    return f"| {rule.name} | {_plain(rule.words)} | {example}{under} | `{chosen}` |"


def _order(known: list[Described]) -> Iterator[str]:
    for number, one in enumerate(known, 1):
        name = one.format.name
        members = "yes" if one.format.keeps_members else ""
        title = _plain(one.format.title)
        yield f"| {number} | [`{name}`](#{name}) | {title} | {one.shape} | {members} | {one.places} |"


def _format(one: Described) -> str:
    known = one.format
    title = f"{known.title} ({known.specification})." if known.specification else f"{known.title}."
    fields = "; ".join(_column(column) for column in known.schema) or "those of the format that reads a record"
    lines = [f"### {known.name}", "", _plain(f"{title} {known.notes}".strip()), ""]
    lines += [f"Fields: {fields} ([{one.file}](../functions/log_processor/formats/{one.file}))", ""]
    return "\n".join([*lines, "```text", known.sample, "```"])


def _column(column: Column) -> str:
    said = "; ".join(filter(None, (column.unit, _plain(column.note))))
    return f"`{column.name}` ({said})" if said else f"`{column.name}`"


def _users(known: list[Described], names: list[Name]) -> dict[str, set[str]]:
    """The formats in whose fixtures a row's names occur."""
    by_name = {one.format.name: one for one in known}
    users: dict[str, set[str]] = defaultdict(set)
    for _, record in records():
        for name in record.fields:
            row = row_of(name, names)
            if row is not None and not by_name[record.format].is_own(name, record.log_data):
                users[row.pattern].add(record.format)
    return users


def _names(names: list[Name], users: dict[str, set[str]]) -> Iterator[str]:
    group = ""
    for row in names:
        if row.group != group:
            group = row.group
            yield f"| **{group}** | | | | |"
        kind = " or ".join(row.types) + (f", {row.unit}" if row.unit else "")
        used = ", ".join(sorted(users.get(row.pattern, ())))
        yield f"| `{row.pattern}` | {kind} | {_plain(row.meaning)} | {row.origin} | {used} |"


def _plain(text: str) -> str:
    """Text with Markdown's signs as they are; what stands between backticks needs no escape."""
    pieces = text.split("`")
    return "`".join(piece.translate(SPECIAL) if number % 2 == 0 else piece for number, piece in enumerate(pieces))
