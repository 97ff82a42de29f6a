"""`docs/formats.md` says what the code does: it is what the generator gives, and every field of a fixture is in it."""

from collections.abc import Iterator

import pytest
from log_processor.formats.reader import Reader

from docs.generator.described import Described, described, records
from docs.generator.page import PAGE, page
from docs.generator.vocabulary import Name, fault, load, row_of
from tests.support.fixtures import NEAR_MS, samples

KNOWN = {one.format.name: one for one in described()}
NAMES = load()


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of a format, a fixture or the vocabulary the page is made again."""
    assert PAGE.read_text("utf-8") == page(), "docs/formats.md is older than the code: run `make docs`"


@pytest.mark.parametrize("known", KNOWN.values(), ids=lambda one: one.format.name)
def test_a_format_is_described(known: Described) -> None:
    """Specification, schema and sample."""
    missing = [part for part in ("title", "schema", "sample") if not getattr(known, part)]
    assert not missing, f"{known.file}: its docstring lacks {', '.join(missing)} (see docs/formats.md, Adding a format)"


@pytest.mark.parametrize("known", KNOWN.values(), ids=lambda one: one.format.name)
def test_a_sample_is_of_its_format(known: Described) -> None:
    """The docstring's line is read by the parser that it describes, or below a header, or by another format."""
    if known.sample.isascii() and known.format.name not in {"w3c", "mixed"}:  # samples with `…` are cut
        assert known.format.parse(known.sample, NEAR_MS) is not None, known.sample


def test_every_field_is_documented() -> None:
    """Each name that a fixture yields is in the vocabulary with the type of its value, or is the record's own."""
    faults = {f"{case} ({name}): {found}" for case, name, found in _faults()}
    assert not faults, "\n".join(sorted(faults))


def _faults() -> Iterator[tuple[str, str, str]]:
    read = [(case, record.format, record.fields, record.log_data) for case, record in records()]
    for sample in samples():
        found = Reader(sample.format, NEAR_MS, sample.header).read(sample.line)
        read += [(sample.case, found[0], found[1].fields, sample.line)] if found else []
    for case, format_name, fields, text in read:
        for name, value in fields.items():
            if not KNOWN[format_name].is_own(name, text) and (found_fault := fault(name, value, NAMES)):
                yield case, format_name, found_fault


def test_a_fault_says_what_to_do() -> None:
    """The row to add, or the row that another type is documented in."""
    assert fault("client.address", "192.0.2.1", NAMES) is None
    assert 'add to docs/generator/vocabulary.toml "client.adress" = { type = "text"' in str(
        fault("client.adress", "192.0.2.1", NAMES)
    )
    assert "`client.port` is integer by docs/generator/vocabulary.toml" in str(fault("client.port", "80", NAMES))
    assert "boolean" in str(fault("client.port", True, NAMES))


def test_the_narrowest_row_counts() -> None:
    """A name's own row, then the longest pattern."""

    def pattern(name: str) -> str:
        row: Name | None = row_of(name, NAMES)
        assert row is not None
        return row.pattern

    assert pattern("aws.elb.target.port") == "aws.elb.target.port"
    assert pattern("aws.elb.request_processing_time_s") == "aws.elb.*_s"
    assert pattern("aws.elb.name") == "aws.elb.*"
