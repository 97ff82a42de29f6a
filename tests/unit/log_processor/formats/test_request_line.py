"""A request line in its parts, the same for every format that has one."""

from typing import Any

import pytest
from log_processor.formats.lib.request_line import put_request


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("GET /a?b HTTP/1.1", {"url.path": "/a", "url.query": "b", "network.protocol.version": "1.1"}),
        ("GET /a b HTTP/1.1", {"url.path": "/a b", "network.protocol.version": "1.1"}),
        ("GET /a", {"url.path": "/a"}),
        ("GET /a -", {"url.path": "/a"}),
        ("CONNECT a:443 HTTP/1.1", {"url.domain": "a", "url.port": 443, "network.protocol.version": "1.1"}),
        ("GET /a RTSP/1.0", {"url.path": "/a", "network.protocol.name": "rtsp", "network.protocol.version": "1.0"}),
    ],
)
def test_a_request_is_put_in_its_parts(line: str, fields: dict[str, Any]) -> None:
    """A request is split with a version, without one, or with a load balancer's `-` for an unknown one."""
    put: dict[str, Any] = {}
    put_request(put, line)
    assert put == {"http.request.method": line.partition(" ")[0], **fields}


@pytest.mark.parametrize("line", ["- http://h:80- -", "\\x16\\x03\\x01", " / HTTP/1.1"])
def test_what_is_no_request_is_kept_whole(line: str) -> None:
    """Bytes of another protocol, and a request without a method, are kept as one line."""
    put: dict[str, Any] = {}
    put_request(put, line)
    assert put == {"http.request.line": line}


@pytest.mark.parametrize("line", ["-", "- - -", ""])
def test_a_line_of_signs_alone_is_no_request(line: str) -> None:
    """A load balancer writes `- - -` if it received none."""
    put: dict[str, Any] = {}
    put_request(put, line)
    assert not put
