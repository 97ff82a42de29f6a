"""What a field's value gives back of the text that it was read from: all of it, or what its column says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from log_processor.formats.detection import detect
from log_processor.formats.lib.format import Column
from log_processor.formats.lib.numbers import load_json, parse_decimal, parse_number
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.storing.items import encode_attribute

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "formats"
LAST_MODIFIED_MS = 1_777_881_600_000
MAX_DROPPING_SHARE = 1 / 20
COLUMNS = [column for known in BY_NAME.values() for column in known.schema]


def iter_values(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each number, true and false of a field, nested ones too."""
    if isinstance(value, dict):
        for member, held in value.items():
            yield from iter_values(f"{name}.{member}" if name else member, held)
    elif isinstance(value, list):
        for held in value:
            yield from iter_values(name, held)
    elif isinstance(value, int | float):
        yield name, value


def list_columns_of(name: str) -> list[Column]:
    """Return the columns that describe a field; a carrier's record has those of the format that it carries."""
    return [column for column in COLUMNS if fnmatchcase(name, column.name)]


def is_written(name: str, value: Any, raw: str, fields: dict[str, Any]) -> bool:
    """Tell whether the value stands in the text: as itself, with its decimals, in a priority, or as a key alone."""
    if value is True or value is False:
        return str(value).lower() in raw.lower() or (value is True and name in raw)
    if name in {"syslog.facility.code", "syslog.severity.code"} and "syslog.facility.code" in fields:
        return f"<{fields['syslog.facility.code'] * 8 + fields['syslog.severity.code']}>" in raw
    texts = {repr(value)}
    if isinstance(value, float):
        texts |= {f"{value:.{column.decimals}f}" for column in list_columns_of(name) if column.decimals}
    return any(stands_in(raw, text) for text in texts)


def stands_in(raw: str, text: str) -> bool:
    """Tell whether a number stands in the text, and is no part of a longer one."""
    return re.search(rf"(?<![\d.]){re.escape(text)}(?!\d|\.\d|[eE][+-]?\d)", raw) is not None


def is_in_other_notation(value: float, raw: str) -> bool:
    """Tell whether a JSON text has the value in another notation, such as 1e5 for 100000.0."""
    is_json = raw.rstrip().endswith("}")
    literals = re.findall(r"[:\[,]\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)", raw) if is_json else []
    return any(Decimal(literal) == Decimal(repr(value)) for literal in literals)


@dataclass(frozen=True)
class Typed:
    """A number, true or false of a fixture's record: its fixture and name, the format that read it, and the record."""

    case: str
    name: str
    value: Any
    format: str
    raw: str
    fields: dict[str, Any]
    reader: Reader


def iter_typed() -> Iterator[Typed]:
    """Yield every number, true and false of every fixture."""
    for case in sorted(FIXTURES.rglob("*--*.log")):
        lines = [line for line in case.read_bytes().decode("utf-8", "replace").split("\n") if line.strip()]
        reader = Reader(detect(lines, LAST_MODIFIED_MS), LAST_MODIFIED_MS)
        for raw in lines:
            if (match := reader.read(raw)) is not None:
                format_name, parsed = match
                for name, value in iter_values("", parsed.fields):
                    yield Typed(case.stem, name, value, format_name, raw, parsed.fields, reader)


def is_accounted_for(name: str, value: Any, raw: str) -> bool:
    """Tell whether the column of a value says what it drops, or a JSON text has it in another notation."""
    return any(column.drops for column in list_columns_of(name)) or is_in_other_notation(value, raw)


def test_each_typed_value_gives_its_text_back() -> None:
    """Every number, true and false of every fixture; at most one field in twenty drops something, each listed."""
    typed, dropping = set(), set()
    for one in iter_typed():
        typed.add((one.case, one.name))
        if not is_written(one.name, one.value, one.raw, one.fields):
            assert is_accounted_for(one.name, one.value, one.raw), f"{one.case}: {one.name} {one.value} of {one.raw}"
            dropping.add((one.case, one.name))
    assert len(dropping) <= len(typed) * MAX_DROPPING_SHARE


ODD_WORDS = (
    *("007", "07419", "-07419", "+7419", "7_419", "0x7419", "7419e5", "74E1", "7419.0", "-0", "٧٤١٩"),
    *("7419253648596071829304155", "7419253648596071829304155741925364859607"),
)
"""What a number may be written as that no integer and no double gives back, or only one with all its digits."""


def list_odd_texts(raw: str, value: Any) -> list[str]:
    """Return the record's text with each of these words in place of the first place where the number stands."""
    found = re.search(rf"(?<![\d.]){re.escape(repr(value))}(?!\d|\.\d|[eE][+-]?\d)", raw)
    return [] if found is None else [f"{raw[: found.start()]}{word}{raw[found.end() :]}" for word in ODD_WORDS]


def test_an_odd_number_stays_the_text_that_was_written() -> None:
    """Zeros or a sign before it, an exponent, hexadecimal digits, too many digits: in each field of each format."""
    seen = set()
    for one in iter_typed():
        if (one.case, one.name) in seen or isinstance(one.value, bool):
            continue
        seen.add((one.case, one.name))
        for text in list_odd_texts(one.raw, one.value):
            parsed = one.reader.read_as(one.format, text)
            for name, value in iter_values("", parsed.fields) if parsed else ():
                without_plus = text.replace("+7419", "+")
                if parsed and not is_written(name, value, without_plus, parsed.fields):
                    assert is_accounted_for(name, value, text), f"{one.case}: {name} {value!r} of {text}"


@pytest.mark.parametrize(
    "word",
    [
        *("0", "7", "-1", "1.5", "-0.25", "12345678901234567890", "9" * 38),
        *("007", "-0", "-0.0", "+1", "1e5", "668e157", "89841e5", "1E400", "1.", ".5", "1_000", "٣", "9" * 39, "0x1f"),
        *("1.50", "0.10", "0.1000000000000000055", "nan", "inf", "Infinity", "1.2.3", "--1", ""),
    ],
)
def test_a_word_is_a_number_if_that_gives_it_back(word: str) -> None:
    """Identifiers in hexadecimal, versions and numbers that are padded stay the text that was written."""
    assert str(parse_number(word)) == word


@pytest.mark.parametrize(("word", "number"), [("0.010", 0.01), ("0.000", 0.0), ("12.50", 12.5), ("-1", -1)])
def test_a_field_of_fixed_decimals_is_a_number(word: str, number: float) -> None:
    """Zeros may end it: its column says how many decimals there are."""
    assert parse_decimal(word) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("18446744073709551616", 18446744073709551616),
        ("-9223372036854775809", -9223372036854775809),
        ("9" * 38, int("9" * 38)),
        ("9" * 39, "9" * 39),
        ("0.10000000000000000555", "0.10000000000000000555"),
        ("0.30000000000000004", 0.30000000000000004),
        ("1.10", 1.1),
        ("1e5", 1e5),
        ("-1", -1),
        ("-0.5", -0.5),
        ("-0", "-0"),
        ("-0.0", "-0.0"),
        ("[0,-0, 7]", [0, "-0", 7]),
        ("[1.5, 12345678901234567890123]", [1.5, 12345678901234567890123]),
    ],
)
def test_a_number_of_json_keeps_its_value(text: str, value: Any) -> None:
    """To 38 digits; what neither an integer nor a double holds stays the text that was written."""
    assert load_json(f'{{"a": {text}, "b": 0.5}}') == {"a": value, "b": 0.5}


@pytest.mark.parametrize("text", ["1e200", "-1E200", "2.50e-130", "1e+308"])
def test_a_number_that_cannot_be_stored_is_text(text: str) -> None:
    """It is stored as it stands in the record, not as Python would write it."""
    raw = f'{{"a": {{"b": [1e3, {text}]}}, "m": "2026-03-02"}}'
    parsed = BY_NAME["json_lines"].parse(raw, LAST_MODIFIED_MS)
    assert parsed is not None
    stored = encode_attribute(parsed.fields, text=raw)
    assert stored["M"]["a"]["M"]["b"]["L"] == [{"N": "1000.0"}, {"S": text}]
