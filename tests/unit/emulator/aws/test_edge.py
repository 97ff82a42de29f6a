"""The HTTP server in front of moto."""

import socket
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from moto import backends

from emulator.aws.local_aws import LocalAws


@pytest.mark.server
def test_moto_looks_for_its_parts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for every request, which would read its folder of some 200 services each time."""
    looks: list[list[str]] = []
    list_parts = backends.list_of_moto_modules

    def count_look() -> list[str]:
        looks.append(list(list_parts()))
        return looks[-1]

    monkeypatch.setattr(backends, "list_of_moto_modules", count_look)
    with LocalAws() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="source")
        assert looks
        before = len(looks)
        for _ in range(5):
            s3.list_objects_v2(Bucket="source")
    assert len(looks) == before


@pytest.mark.server
def test_a_connection_is_kept_for_the_next_request() -> None:
    """As AWS keeps it: a client that keeps connections is tested with connections that are kept."""
    with LocalAws() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="source")
        s3.put_object(Bucket="source", Key="log", Body=b"one line\n")
        url = s3.generate_presigned_url("get_object", {"Bucket": "source", "Key": "log"})
        connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        connection.connect()
        first = connection.sock
        for _ in range(2):
            connection.request("GET", url, body=b"not asked for")
            assert connection.getresponse().read() == b"one line\n"
            assert connection.sock is first
        connection.close()


@pytest.mark.server
def test_open_connections_end_with_the_server() -> None:
    """Nothing answers behind the end of the local AWS, not even over a connection that was opened before."""
    with LocalAws() as aws:
        connection = HTTPConnection(urlsplit(aws.endpoint_url).netloc, timeout=30)
        connection.request("GET", "/")
        connection.getresponse().read()
        assert connection.sock is not None
    assert connection.sock.recv(1) == b""
    connection.close()


@pytest.mark.server
def test_a_client_that_leaves_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    """Terraform, or a function that is killed, closes a connection while an answer is written."""
    with LocalAws() as aws:
        place = urlsplit(aws.endpoint_url)
        with socket.create_connection((place.hostname, place.port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: s3\r\n\r\n" * 5)
            assert client.recv(1) == b"H"
        threads = [thread for thread in threading.enumerate() if "process_request" in thread.name]
        for thread in threads:
            thread.join(timeout=30)
    assert capfd.readouterr().err == ""
