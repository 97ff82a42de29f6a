"""Records of several lines: what stands in the first line, or behind the last one, is found all the same."""

import pytest
from log_processor.formats.generic import text
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME
from log_processor.formats.web import apache_error, nginx_error

LAST_MODIFIED_MS = 1_777_881_600_000


def test_nginx_context_follows_a_message_of_several_lines() -> None:
    """What PHP wrote over FastCGI is the message; client and request are not part of it."""
    said = 'FastCGI sent in stderr: "PHP message: PHP Fatal error:  no\nStack trace:\n#0 {main}" while reading upstream'
    context = (
        'client: 192.0.2.1, server: a.example, request: "GET /a.php HTTP/1.1", upstream: "fastcgi://unix:/run/php:"'
    )
    parsed = nginx_error.parse(f"2026/05/04 10:00:00 [error] 42#7: *1 {said}, {context}", LAST_MODIFIED_MS)
    assert parsed is not None
    assert parsed.fields["message"] == said
    assert parsed.fields["url.path"] == "/a.php"
    assert parsed.fields["nginx.upstream"] == "fastcgi://unix:/run/php:"


def test_lines_below_an_nginx_record_stay_in_its_message() -> None:
    """The last value of the context ends with its line."""
    line = '2026/05/04 10:00:00 [error] 42#7: *1 no, client: 192.0.2.1, server: a.example, host: "a"'
    parsed = nginx_error.parse(f"{line}\nfrom a program\n", LAST_MODIFIED_MS)
    assert parsed is not None
    assert parsed.fields["http.request.header.host"] == "a"
    assert parsed.fields["message"] == "no\nfrom a program\n"


def test_an_apache_referer_ends_the_first_line() -> None:
    """What a CGI program wrote on further lines stays in the message."""
    line = "[Mon May 04 10:00:00 2026] [error] [client 192.0.2.1] End of script, referer: https://a.example/"
    parsed = apache_error.parse(f"{line}\nTraceback, referer: none", LAST_MODIFIED_MS)
    assert parsed is not None
    assert parsed.fields["http.request.header.referer"] == "https://a.example/"
    assert parsed.fields["message"] == "End of script\nTraceback, referer: none"


@pytest.mark.parametrize("known", [apache_error.FORMAT, nginx_error.FORMAT], ids=lambda known: known.name)
@pytest.mark.parametrize(
    "line",
    [
        b'192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5',
        b'www.example.com:80 2001:db8::7 - ann smith [04/May/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5',
        b'{"time": "2026-05-04T10:00:00Z", "status": 200}',
    ],
)
def test_access_lines_among_errors_are_records_of_their_own(known: Format, line: bytes) -> None:
    """A container writes access lines and errors to one stream; an access line ends the error above it."""
    assert known.starts is not None
    assert known.starts.match(line)


@pytest.mark.parametrize("known", [apache_error.FORMAT, nginx_error.FORMAT], ids=lambda known: known.name)
@pytest.mark.parametrize("line", [b"stack traceback:", b"\t[C]: in function 'error'", b"#0 {main}", b"PHP Notice:  no"])
def test_lines_of_a_trace_go_on_with_the_record(known: Format, line: bytes) -> None:
    """A line with neither time nor request belongs to the record above it."""
    assert known.starts is not None
    assert not known.starts.match(line)


@pytest.mark.parametrize(
    "line",
    [
        b"/docker-entrypoint.sh: Configuration complete; ready for start up",
        b"10-listen-on-ipv6-by-default.sh: info: IPv6 listen already enabled",
        b"[04-May-2026 10:00:00] NOTICE: ready to handle connections",
    ],
)
def test_what_else_a_container_of_nginx_writes_is_apart(line: bytes) -> None:
    """Each line of the start scripts, and of PHP-FPM, is a record."""
    assert nginx_error.STARTS.match(line)


def test_the_message_of_net_stands_below_its_level_and_category() -> None:
    """Its console logger indents it by six; what a container wrote is read alike, and stays whole as `message`."""
    lines = [
        "fail: Shop.Orders[3]",
        "      no space left",
        "      System.IO.IOException: full",
        "         at Shop.Run()",
    ]
    parsed = text.parse("\n".join(lines), LAST_MODIFIED_MS)
    assert parsed.level == "error"
    assert parsed.fields["log.logger"] == "Shop.Orders"
    assert parsed.fields["message"] == "no space left\nSystem.IO.IOException: full\n   at Shop.Run()"
    inside = BY_NAME["cri"].parse(
        "\n".join(f"2026-05-04T06:00:00Z stdout F {line}" for line in lines), LAST_MODIFIED_MS
    )
    assert inside is not None
    assert (inside.level, inside.fields["log.logger"]) == ("error", "Shop.Orders")
    assert inside.fields["message"] == "\n".join(lines)
