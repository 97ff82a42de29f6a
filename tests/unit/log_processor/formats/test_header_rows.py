"""Rows below a header line are told from lines of other programs by their clock and their addresses."""

import pytest
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME

from tests.unit.log_processor.edges import World

LAST_MODIFIED_MS = 1_777_881_600_000
SAMPLES = {name: BY_NAME[name].sample.split("\n") for name in ("w3c", "cloudfront")}
FOREIGN = ("java", "python_logging", "postgresql", "postgresql_csv")


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("foreign", FOREIGN)
def test_a_line_of_another_program_is_no_row(name: str, foreign: str) -> None:
    """It begins with a date and a clock as a row does, and keeps its own format."""
    header, row = SAMPLES[name]
    reader = Reader(BY_NAME[name], LAST_MODIFIED_MS)
    assert reader.read(header) is None
    formats = [read[0] for line in (BY_NAME[foreign].sample, row) if (read := reader.read(line))]
    assert formats == [foreign, name]


@pytest.mark.parametrize("address", ["-", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1%eth0", "192.0.2.xxx", "[::1]"])
def test_a_row_may_have_any_address(address: str) -> None:
    """One may be absent, masked, in brackets or with a zone."""
    header, row = SAMPLES["w3c"]
    reader = Reader(BY_NAME["w3c"], LAST_MODIFIED_MS)
    reader.read(header)
    read = reader.read(row.replace("192.0.2.1", address))
    assert read is not None
    assert read[0] == "w3c"


def test_a_tabbed_line_below_a_header_line_is_a_record() -> None:
    """A tab begins most lines of a trace; a header line is no record, so the line would be nowhere."""
    header, row = SAMPLES["w3c"]
    world = World()
    world.once(world.put(f"{header}\n\t\tno such command\n{row}\n".encode()))
    assert [item["log_data"]["S"] for item in world.wire.items.values()] == ["\t\tno such command", row]


@pytest.mark.parametrize(
    ("column", "word"),
    [("uri", "5"), ("uri:set[string]", "/a,/b"), ("proto", "6"), ("proto:vector[enum]", "tcp,udp"), ("host:port", "1")],
)
def test_a_column_of_zeek_may_hold_any_kind(column: str, word: str) -> None:
    """A script's own log may give a usual name to a number, or to several values: the row has them as they are."""
    reader = Reader(BY_NAME["zeek"], LAST_MODIFIED_MS)
    name, _, kind = column.partition(":")
    for line in (f"#fields\tts\t{name}", *([f"#types\ttime\t{kind}"] if kind else [])):
        assert reader.read(line) is None
    read = reader.read(f"1777888800.123456\t{word}")
    assert read is not None
    assert read[0] == "zeek"
    assert read[1].fields[name] == (word.split(",") if "[" in kind else int(word))
