"""AWS's formats: none of them takes the lines of another format, and hostile lines take no longer than others."""

import time
from pathlib import Path

import pytest
from log_processor import formats

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "formats"
NEAR_MS = 1_777_881_600_000
AWS = (
    "alb",
    "alb_connection",
    "alb_health_check",
    "aws_lambda",
    "clb",
    "cloudfront",
    "cloudtrail",
    "cloudtrail_digest",
    "cloudwatch_export",
    "nlb",
    "route53",
    "route53_public",
    "s3_access",
    "vpc_flow",
    "waf",
)
HOSTILE = ('"', '" "', ":1", " -", '" A TLS', '\\"', " 200 - - - - ", "x-edge- ", "A b ", "://")
BEGINNINGS = (
    "",
    "https 2026-05-04T10:00:00.1Z app/x 192.0.2.1:1 - 0 0 0 200 200 34 366 ",
    '2026-05-04T10:00:00.1Z x 192.0.2.1:1 - 0 0 0 200 200 34 366 "GET ',
    "o b [04/May/2026:10:00:00 +0000] 192.0.2.3 - ID REST.GET.OBJECT ",
    "2026-05-04T10:00:00.1Z 192.0.2.1 36280 443 TLSv1.2 X 0.1 ",
    "http 2026-05-04T10:00:00.8Z 0.1 ",
    "REPORT RequestId: ",
)


@pytest.mark.parametrize("case", sorted(FIXTURES.glob("*.log")), ids=lambda case: case.stem)
def test_no_aws_format_takes_lines_of_another(case: Path) -> None:
    """A fixture's lines are read by the format that it is of alone."""
    for line in filter(str.strip, case.read_text(errors="replace").split("\n")):
        takers = [name for name in AWS if formats.BY_NAME[name].parse(line, NEAR_MS) is not None]
        assert len(takers) <= 1, line
        assert takers in ([], [case.stem.partition("--")[0]]), line


@pytest.mark.parametrize("name", AWS)
def test_a_hostile_line_takes_linear_time(name: str) -> None:
    """Some 100,000 characters that a pattern might try in many ways; what is quadratic takes minutes for them."""
    started = time.process_time()
    for beginning in BEGINNINGS:
        for piece in HOSTILE:
            formats.BY_NAME[name].parse(beginning + piece * (100_000 // len(piece)), NEAR_MS)
    assert time.process_time() - started < 20


def test_an_unhandled_error_of_a_python_function_is_one_event() -> None:
    """The runtime writes its type and message, and the trace below."""
    trace = "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in main"
    parsed = formats.BY_NAME["aws_lambda"].parse(trace, NEAR_MS)
    assert parsed is not None
    assert (parsed.level, parsed.fields["exception.type"]) == ("error", "KeyError")
    assert formats.BY_NAME["aws_lambda"].parse(trace.partition("\n")[0], NEAR_MS) is None
