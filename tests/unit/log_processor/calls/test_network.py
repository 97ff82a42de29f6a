"""Proxies, certificates and credentials are those of the environment, as boto3 takes them."""

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import BotoCoreError, CredentialRetrievalError, ProxyConnectionError, SSLError
from log_processor import handler
from log_processor.calls.clients import CallLimits
from log_processor.calls.endpoint import Endpoint, find_network
from log_processor.calls.time_limit import TimeLimit
from log_processor.errors import ServiceUnavailableError
from log_processor.storing.wire import Reply, TableWire
from log_processor.work.ranges import ObjectRange

from benchmarks.certificate import write_certificate
from tests.unit.log_processor.calls.stubs import read_request, read_whole_request, render_answer, serve

BODY = b'{"UnprocessedItems":{}}'
STORED = Reply(error=None, payload={"UnprocessedItems": {}})
FAR = "dynamodb.far.test"
"""A name that no resolver knows: only a proxy can reach it."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    """Return a file of a certificate for the far name and 127.0.0.1, and what a server with it needs."""
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    context = write_certificate(path, (FAR,))
    return str(path), context


class Server:
    """Answers every request that it gets, over TLS after a CONNECT, and keeps their heads."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.heads: list[bytes] = []

    def act(self, connection: socket.socket, stopped: threading.Event) -> None:
        head = read_request(connection) if self.tls else b""
        if head.startswith(b"CONNECT"):
            self.heads.append(head)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            assert self.tls is not None
            with self.tls.wrap_socket(connection, server_side=True) as wrapped:
                self.answer(wrapped, stopped)
        else:
            self.answer(connection, stopped)

    def answer(self, connection: socket.socket, _stopped: threading.Event) -> None:
        while request := read_whole_request(connection):
            self.heads.append(request)
            connection.sendall(render_answer(BODY))


def post(url: str, certificates: str | None = None, credentials: Credentials | None = None) -> Reply:
    """Send a write as the function does."""
    wire = TableWire(
        endpoint_url=url,
        region="us-east-1",
        credentials=credentials or Credentials("a", "b"),
        connections=1,
        network=find_network(url, certificates),
    )
    try:
        return wire.post(b"{}")
    finally:
        wire.close()


def call(url: str, certificates: str | None = None) -> Any:
    """Make a call of the function's own clients of boto3."""
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
    client = session.client("dynamodb", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))
    limited = CallLimits(certificates).limit_client(client, 1)
    try:
        return limited.list_tables()
    finally:
        limited.close()


BOTH: list[Callable[..., Any]] = [post, call]


@pytest.mark.parametrize("send", BOTH)
def test_a_plain_request_goes_through_the_proxy(send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the whole URL, and who asks."""
    server = Server()
    with serve(server.act) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.replace("//", "//user:pass%20word@"))
        send(f"http://{FAR}")
    [head] = server.heads
    assert head.startswith(f"POST http://{FAR}/ HTTP/1.1\r\n".encode())
    assert b"\r\nproxy-authorization: basic dxnlcjpwyxnzihdvcmq=\r\n" in head.lower()
    assert f"\r\nhost: {FAR}\r\n".encode() in head.lower()


@pytest.mark.parametrize("send", BOTH)
def test_a_request_with_tls_goes_through_the_proxy(
    send: Callable[..., Any], certificate: tuple[str, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a tunnel: the proxy sees the name alone, and the certificate is the service's."""
    path, tls = certificate
    server = Server(tls)
    with serve(server.act) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.replace("//", "//user:word@"))
        send(f"https://{FAR}", path)
    asked, head = server.heads
    assert asked.startswith(f"CONNECT {FAR}:443 HTTP/1.".encode())
    assert b"\r\nproxy-authorization: basic dxnlcjp3b3jk\r\n" in asked.lower()
    assert head.startswith(b"POST / HTTP/1.1\r\n")
    assert b"proxy-authorization" not in head.lower()


@pytest.mark.parametrize("send", BOTH)
def test_a_host_of_no_proxy_is_reached_directly(send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Although there is a proxy for others, which would not answer."""
    server = Server()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,.internal")
    with serve(server.act) as url:
        send(url)
    assert server.heads[0].startswith(b"POST / HTTP/1.1\r\n")


@pytest.mark.parametrize(("send", "error"), [(post, ServiceUnavailableError), (call, ProxyConnectionError)])
def test_a_proxy_that_does_not_answer_is_a_passing_error(
    send: Callable[..., Any], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent past it."""
    server = Server()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with serve(server.act) as url, pytest.raises(error):
        send(url)
    assert server.heads == []


@pytest.mark.parametrize(("send", "error"), [(post, ServiceUnavailableError), (call, SSLError)])
def test_a_certificate_that_does_not_verify_is_refused(
    send: Callable[..., Any], error: type[Exception], certificate: tuple[str, ssl.SSLContext]
) -> None:
    """Nothing is sent to whom nobody vouches for; nor to another host of whom somebody does."""
    path, tls = certificate
    server = Server()
    with serve(server.act, tls) as url:
        with pytest.raises(error, match="CERTIFICATE_VERIFY_FAILED"):
            send(url)
        with pytest.raises(error, match="localhost"):
            send(url.replace("127.0.0.1", "localhost"), path)
        assert server.heads == []
        send(url, path)
    assert len(server.heads) == 1


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_named(content: str | None, tmp_path: Path) -> None:
    """The sentence says which variable names it."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ServiceUnavailableError, match=rf"{path} cannot be read \(.*\): let AWS_CA_BUNDLE name a PEM"):
        post("https://127.0.0.1:1", str(path))


@pytest.mark.parametrize("name", BUNDLES)
def test_the_function_trusts_whom_its_environment_names(
    name: str, certificate: tuple[str, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the writes to the log table and for the calls to all other services."""
    path, tls = certificate
    requests: list[bytes] = []

    def answer_once(connection: socket.socket, _stopped: threading.Event) -> None:
        requests.append(read_whole_request(connection))
        connection.sendall(render_answer(BODY, "200 OK", "Connection: close"))

    with serve(answer_once, tls) as url:
        settings = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_DEFAULT_REGION": "us-east-1",
            "DYNAMODB_TABLE": "logs",
            "ERROR_BUCKET": "archive",
            "LEDGER_TABLE": "ledger",
            "WORK_QUEUE_URL": f"{url}/1/work",
            "DEAD_LETTER_QUEUE_URL": f"{url}/1/dead",
            name: path,
        }
        for variable, value in settings.items():
            monkeypatch.setenv(variable, value)
        handler.build_parts.cache_clear()
        parts = handler.build_parts()
        try:
            assert parts.pipeline._tools.wire.post(b"{}") == STORED
            parts.queue.send([ObjectRange("source", "a.log", "v1", "etag")])
        finally:
            handler.build_parts.cache_clear()
    assert len(requests) == 2


def test_a_large_request_is_sent_again_with_tls(certificate: tuple[str, ssl.SSLContext]) -> None:
    """If the kept connection was closed meanwhile, the layer of TLS says so in words of its own."""
    path, tls = certificate
    requests: list[bytes] = []
    ended = threading.Event()

    def answer_once(connection: socket.socket, _stopped: threading.Event) -> None:
        requests.append(read_whole_request(connection))
        connection.sendall(render_answer(BODY))
        connection.close()
        ended.set()

    with serve(answer_once, tls) as url:
        network = find_network(url, path)
        credentials = Credentials("a", "b")
        wire = TableWire(endpoint_url=url, region="us-east-1", credentials=credentials, connections=1, network=network)
        for _ in range(3):
            ended.clear()
            assert wire.post(b" " * 4_000_000) == STORED
            assert ended.wait(60)
        wire.close()
    assert len(requests) == 3


def test_certificates_are_loaded_once(certificate: tuple[str, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if all connections are opened at the same time, as at the beginning of an object."""
    path, tls = certificate
    loaded: list[str] = []
    load = ssl.SSLContext.load_verify_locations

    def load_slowly(context: ssl.SSLContext, file: str) -> None:
        loaded.append(file)
        time.sleep(0.05)
        load(context, file)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load_slowly)
    server = Server()
    with serve(server.act, tls) as url:
        endpoint, together = Endpoint(f"{url}/", find_network(url, path)), threading.Barrier(8)

        def connect() -> None:
            together.wait()
            with TimeLimit(5.0) as limit:
                endpoint.connect(limit, 5.0).close()

        with ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(connect) for _ in range(8)]:
                future.result()
    assert loaded == [path]


class Role:
    """The credentials of a role that expire soon after they were given, a number for each time."""

    def __init__(self, *, is_refused_after: int = 99) -> None:
        self.given = 0
        self.is_refused_after = is_refused_after
        self.now = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)

    def give(self) -> dict[str, str]:
        self.given += 1
        if self.given > self.is_refused_after:
            raise CredentialRetrievalError(provider="role", error_msg="it may not be assumed any more")
        until = self.now + dt.timedelta(minutes=20)
        word = str(self.given)
        return {"access_key": f"a{word}", "secret_key": "s", "token": f"t{word}", "expiry_time": until.isoformat()}

    def make_credentials(self) -> RefreshableCredentials:
        first = self.give()
        expires = dt.datetime.fromisoformat(first["expiry_time"])
        keys = (first["access_key"], first["secret_key"], first["token"])
        return RefreshableCredentials(*keys, expires, self.give, "role", time_fetcher=lambda: self.now)


@pytest.fixture
def server_url() -> Iterator[tuple[Server, str]]:
    server = Server()
    with serve(server.act) as url:
        yield server, url


def test_credentials_that_expire_are_refreshed(server_url: tuple[Server, str]) -> None:
    """Over a connection that is kept: the next request has the new key, and its token is signed."""
    server, url = server_url
    role = Role()
    credentials = role.make_credentials()
    wire = TableWire(endpoint_url=url, region="us-east-1", credentials=credentials, connections=1)
    for _ in range(3):
        assert wire.post(b"{}") == STORED
        role.now += dt.timedelta(minutes=15)
    wire.close()
    assert [
        head.lower().count(f"\r\nx-amz-security-token: t{n}\r\n".encode()) for n, head in enumerate(server.heads, 1)
    ] == [1] * 3
    assert [f"Credential=a{n}/".encode() in head for n, head in enumerate(server.heads, 1)] == [True] * 3


def test_a_refused_refresh_of_credentials_is_a_passing_error(server_url: tuple[Server, str]) -> None:
    """As botocore's own error is for the other calls; nothing is sent."""
    server, url = server_url
    role = Role(is_refused_after=1)
    credentials = role.make_credentials()
    role.now += dt.timedelta(minutes=15)
    with pytest.raises(ServiceUnavailableError, match="it may not be assumed any more") as raised:
        post(url, credentials=credentials)
    assert isinstance(raised.value.__cause__, BotoCoreError)
    assert server.heads == []
