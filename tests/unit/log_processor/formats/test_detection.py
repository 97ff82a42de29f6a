"""An object's first lines decide its format."""

from dataclasses import fields

import pytest
from log_processor.formats.detection import decide, detect
from log_processor.formats.evidence import QUANTITIES, Evidence
from log_processor.formats.lib.colours import strip_colours
from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME, IN_ORDER, MIXED, ORDER
from log_processor.formats.rules import BANNER, RULES, Rule, is_shown, list_in_order

from tests.support.fixtures import FIXTURES

LAST_MODIFIED_MS = 1_777_881_600_000
TIMED = "[2026-05-04 07:00:00] production.ERROR: no such route"
TRACE = ["[stacktrace]", "#0 /srv/app.php(7): run()", '"}']
JAVA = "2026-05-04 07:00:00,123 INFO  [main] org.example.App - started"
PYTHON = "WARNING:root:slow"
EVENT = ["<Event><System><Provider Name='App'/>", "<EventID>1</EventID>", "<Level>4</Level>", "</System>", "</Event>"]


@pytest.mark.parametrize(
    ("samples", "name"),
    [
        ([TIMED, *TRACE * 6], "timed_text"),
        (["a banner", "of two lines", TIMED, *TRACE, TIMED], "timed_text"),
        ([*["a banner"] * 17, TIMED, TIMED], "timed_text"),
        ([*["a banner"] * 17, JAVA], "java"),
        ([*["a line"] * 17, TIMED, "a line"], "text"),
        ([TIMED, "a value", "below", "each time", TIMED], "timed_text"),
        ([TIMED, "one", "line", "after", "another"], "text"),
        ([JAVA, TIMED], "java"),
        ([JAVA, TIMED, TIMED], "timed_text"),
        ([JAVA, *["\tat a.b.C(D.java:7)"] * 18], "java"),
        ([PYTHON, "Traceback (most recent call last):", "KeyError: 1", "a print"], "python_logging"),
        ([PYTHON, "a print", "one more", "yet one", "and this"], "mixed"),
        (EVENT * 3, "windows_event"),
        (["Record 1", '<?xml version="1.0"?>', *EVENT, "Record 2", '<?xml version="1.0"?>', *EVENT], "windows_event"),
        ([EVENT[0], "one", "line", "after", "another"], "mixed"),
        (['{"a": 1}', "plain", "lines"], "json_lines"),
        (['{"a": 1}', *["\tat a.b.C(D.java:7)"] * 9], "json_lines"),
        (["May  4 07:00:00 web su[7]: failed", *["\tat a.b.C(D.java:7)"] * 9], "mixed"),
        ([], "text"),
    ],
)
def test_lines_are_joined_where_the_first_ones_look_like_it(samples: list[str], name: str) -> None:
    """Lines of a trace do not count against a named format; it is left only if it reads the fewer lines."""
    assert detect(samples, LAST_MODIFIED_MS).name == name


KLOG = "I0504 07:00:00.000000       1 x.go:1] started"
LOGFMT = 'time=2026-05-04T07:00:00Z level=error msg="no room" code=7'
SYSLOG = "May  4 07:00:00 web su[7]: failed"
NGINX = "2026/05/04 07:00:00 [error] 1#1: *1 no, client: 192.0.2.1, server: a.example"
MYSQL = "2026-05-04T07:00:00.123456Z 0 [Note] [MY-010116] [Server] up"


@pytest.mark.parametrize(
    ("samples", "name"),
    [
        ([KLOG, LOGFMT, MYSQL] * 6, "mixed"),
        ([NGINX, SYSLOG, JAVA] * 6, "mixed"),
        ([KLOG, KLOG, KLOG, LOGFMT], "mixed"),
        ([*[KLOG] * 8, LOGFMT], "klog"),
        (['{"time": "2026-05-04T07:00:00Z"}', JAVA, "\tat a.b.C(D.java:7)"] * 6, "mixed"),
        (['{"time": "2026-05-04T07:00:00Z"}', JAVA, "text"] * 6, "json_lines"),
        ([KLOG, "the value", "level=error msg=no_time"] * 6, "klog"),
        ([JAVA, JAVA, '{"body": "without a time"}'] * 6, "java"),
    ],
)
def test_a_line_of_a_known_format_is_no_part_of_another_record(samples: list[str], name: str) -> None:
    """If formats alternate, each line is a record; a line without a time may be the second line of a message."""
    assert detect(samples, LAST_MODIFIED_MS).name == name


CRI = "2026-05-04T10:00:00.123456789Z stdout F started"
ROW = "web-1  | started"


@pytest.mark.parametrize(
    ("samples", "name"),
    [
        (["starting"] * 30 + [CRI] * 3, "cri"),
        (["starting"] * 30 + ["#Fields: date time c-ip", "2026-05-04 10:00:00 192.0.2.1"], "w3c"),
        (["starting"] * 30 + [ROW] * 2, "compose"),
        (["starting"] * 30 + ["character.   | of a table"] + ["more"] * 5, "text"),
        (["starting"] * 30 + [JAVA] * 30, "text"),
        ([JAVA] * 20 + [CRI] * 9, "java"),
    ],
)
def test_a_banner_has_no_vote(samples: list[str], name: str) -> None:
    """Formats whose lines are read in order are found below it; lines of the others say themselves what they are."""
    assert detect(samples, LAST_MODIFIED_MS).name == name


@pytest.mark.parametrize("known", IN_ORDER, ids=lambda known: known.name)
def test_no_line_of_a_format_read_in_order_is_passed_over(known: Format) -> None:
    """Below a banner most lines are not asked about; each line of the fixtures that shows such a format is."""
    bodies = [path.read_text("utf-8", "replace") for path in sorted(FIXTURES.rglob("*--*.log"))]
    lines = {line for line in "\n".join([known.sample, *bodies]).split("\n") if line and not line.isspace()}
    shown = {line for line in lines if is_shown(known, strip_colours(line), LAST_MODIFIED_MS)}
    assert shown
    assert [line for line in shown if known not in list_in_order(line)] == []


@pytest.mark.parametrize(
    ("samples", "usual", "joined"),
    [
        ([JAVA, "SELECT a", "FROM b", "WHERE c", "LIMIT 1"] * 4, "mixed", "java"),
        ([TIMED, "one", "line", "after", "another"], "text", "timed_text"),
        ([JAVA, '{"a": 1}', '{"a": 2}', '{"a": 3}'] * 5, "json_lines", "java"),
        ([SYSLOG, "a line", "one more"] * 6, "syslog_rfc3164", "syslog_rfc3164"),
        (["a line", "one more"] * 6, "text", "text"),
    ],
)
def test_no_line_is_loose_if_all_are_joined(samples: list[str], usual: str, joined: str) -> None:
    """With `joining = "all"` the format that reads the most times joins what begins no record."""
    assert decide(samples, LAST_MODIFIED_MS).format.name == usual
    assert decide(samples, LAST_MODIFIED_MS, joins_all=True).format.name == joined


def test_mixed_lines_may_be_declared() -> None:
    """If `mixed` is declared no record is a reject: the format that reads a line names it."""
    reader = Reader(MIXED, LAST_MODIFIED_MS, declared=True)
    answers = [reader.read(line) for line in (PYTHON, "a print")]
    assert [row and (row[0], row[1].parse_error) for row in answers] == [("python_logging", None), ("text", None)]


def test_a_key_speaks_for_its_format() -> None:
    """With a format's key one line of it is enough, even among more lines of another; a key alone is not."""
    key = "AWSLogs/123456789012/elasticloadbalancing/eu-central-1/2026/05/04/a.log.gz"
    row = '2026-05-04T10:00:00.000000Z lb 192.0.2.1:1 - -1 -1 -1 503 0 0 0 "GET http://a.example:80/ HTTP/1.1" "-" - -'
    lines = [JAVA, JAVA, row]
    assert detect(lines, LAST_MODIFIED_MS).name == "java"
    assert detect(lines, LAST_MODIFIED_MS, key).name == "clb"
    assert detect([JAVA], LAST_MODIFIED_MS, key).name == "java"


@pytest.mark.parametrize("rule", [*RULES, BANNER], ids=lambda rule: rule.name)
def test_a_rule_decides_its_example(rule: Rule) -> None:
    """The lines beside a rule, which the documentation shows too, are decided by that rule and no other."""
    assert decide(rule.example.split("\n"), LAST_MODIFIED_MS, rule.example_key).rule is rule


def test_a_decision_has_its_evidence() -> None:
    """A decision by count has its numbers; a header line decides before any are gathered."""
    evidence = decide([JAVA, *["\tat a.b.C(D.java:7)"] * 3, JAVA], LAST_MODIFIED_MS).evidence
    assert evidence is not None
    answers = {name: getattr(evidence, name) for name in QUANTITIES}
    assert answers == {"read": 2, "dated": 2, "timed": 2, "datable": 2, "foreign": 0, "loose": 0}
    assert decide(["#Fields: date time c-ip cs-method"], LAST_MODIFIED_MS).evidence is None


def test_every_quantity_is_said_in_words() -> None:
    """`ops parse --why` has words for each number of the evidence."""
    assert {field.name for field in fields(Evidence)} - {"best"} == QUANTITIES.keys()


def _list_fixture_lines() -> list[str]:
    cases = sorted(FIXTURES.rglob("*--*.log"))
    return [line for case in cases for line in case.read_bytes().decode("utf-8", "replace").splitlines()]


NARROWED = {"docker_json", "mysql_audit"}
"""Formats that read odd lines too, of which no object is made: a member `log` alone, and operations without a name."""


@pytest.mark.parametrize("name", [known.name for known in ORDER if known.signs and known.name not in NARROWED])
def test_a_format_reads_no_line_without_its_signs(name: str) -> None:
    """Detection asks a format about no line if none has a sign of it: it would read none of them."""
    known = BY_NAME[name]
    lines = _list_fixture_lines()
    read = [line for line in lines if known.parse(line, LAST_MODIFIED_MS) is not None]
    assert read
    assert [line for line in read if not any(sign in line for sign in known.signs)] == []
    for sign in known.signs:
        lines = [line.replace(sign, "") for line in lines]
    assert [line for line in lines if known.parse(line, LAST_MODIFIED_MS) is not None] == []
