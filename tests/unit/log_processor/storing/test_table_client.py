"""The ledger's client of DynamoDB sends, returns and raises what boto3's does, for the same answers."""

import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError
from log_processor.calls.clients import CallLimits, TimeUpError
from log_processor.storing.table_client import TableClient, iterate_rows
from log_processor.storing.wire import TableWire

from tests.unit.log_processor.calls.stubs import read_whole_request, render_answer, serve

ITEM = {"object": {"S": "s3://b/a \ud800ü"}, "attempts": {"N": "2"}, "parsers": {"SS": ["1", "2"]}, "plan": {"M": {}}}
STORED = json.dumps({"Attributes": ITEM}).encode()


def refuse(code: str, status: str = "400 Bad Request", **more: Any) -> bytes:
    """Return an answer that refuses a call."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": f"because of {code}", **more}
    return render_answer(json.dumps(body).encode(), status)


def check(body: bytes, *, is_right: bool) -> bytes:
    """Return an answer with a checksum of its body."""
    return render_answer(body, "200 OK", f"x-amz-crc32: {zlib.crc32(body) + (not is_right)}")


GOOD, FAILED = render_answer(STORED), refuse("InternalServerError", "500 Internal Server Error")
SLOW = refuse("ProvisionedThroughputExceededException")
ANSWERS: dict[str, list[bytes]] = {
    "an answer": [GOOD],
    "an answer of nothing": [render_answer(b"{}")],
    "a right checksum": [check(STORED, is_right=True)],
    "a wrong checksum": [check(STORED, is_right=False), GOOD],
    "a condition that does not hold": [refuse("ConditionalCheckFailedException", Item=ITEM)],
    "a condition, and no item": [refuse("ConditionalCheckFailedException")],
    "a message in a capital": [
        render_answer(b'{"__type":"x#AccessDeniedException","Message":"no"}', "400 Bad Request")
    ],
    "no message": [render_answer(b'{"__type":"ValidationException"}', "400 Bad Request")],
    "a code with an address": [render_answer(b'{"__type":"x#OddException:http://y"}', "400 Bad Request")],
    "no code": [render_answer(b'{"x":1}', "400 Bad Request")],
    "no JSON": [render_answer(b"<html>down</html>", "403 Forbidden")],
    "throttled twice": [SLOW, refuse("ThrottlingException"), GOOD],
    "throttled for ever": [SLOW] * 9,
    "failed twice": [FAILED, refuse("Unknown", "503 Service Unavailable"), GOOD],
    "failed for ever": [FAILED] * 9,
    "a gateway without words": [
        render_answer(b"", "502 Bad Gateway"),
        render_answer(b"x", "504 Gateway Timeout"),
        GOOD,
    ],
    "another region's write": [refuse("ReplicatedWriteConflictException"), GOOD],
    "no answer": [b"", GOOD],
    "no answer for ever": [b""] * 9,
    **{
        code: [refuse(code)] * 9
        for code in ("AccessDeniedException", "ExpiredTokenException", "ResourceNotFoundException", "RequestTimeout")
    },
}
REQUEST: dict[str, Any] = {
    "TableName": "ledger",
    "Key": {"object": {"S": "s3://b/ä\ud800"}, "range": {"S": "v1#0"}},
    "UpdateExpression": "ADD attempts :one",
    "ExpressionAttributeValues": {":one": {"N": "1"}, ":flag": {"BOOL": True}},
}
CALLS: dict[str, dict[str, Any]] = {
    "update_item": REQUEST,
    "get_item": {"TableName": "ledger", "Key": REQUEST["Key"], "ConsistentRead": True},
    "delete_item": {"TableName": "ledger", "Key": REQUEST["Key"], "ConditionExpression": "a = b"},
    "put_item": {"TableName": "ledger", "Item": {**ITEM, "gone": {"NULL": True}, "two": {"L": [{"N": "1"}]}}},
    "query": {"TableName": "ledger", "KeyConditionExpression": "a = b", "ConsistentRead": True},
}


class Script:
    """Gives the answers of a script, one for each request; an empty one closes the connection."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[bytes, bytes]] = []
        self._connections: list[socket.socket] = []

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Yield the URL of a server, and end what clients keep open with the block."""
        with serve(self._act) as url:
            try:
                yield url
            finally:
                self._end()

    def _end(self) -> None:
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _act(self, connection: socket.socket, _stopped: threading.Event) -> None:
        self._connections.append(connection)
        while request := read_whole_request(connection):
            head, _, body = request.partition(b"\r\n\r\n")
            target = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"x-amz-target"))
            self.requests.append((target.partition(b":")[2].strip(), body))
            answer = self.answers.pop(0)
            connection.sendall(answer)
            if not answer.endswith((b"}", b">", b"\r\n\r\n", b"x")):
                return


def make_boto3_client(url: str, limits: CallLimits) -> Any:
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
    config = Config(retries={"mode": "standard"})
    return limits.limit_client(session.client("dynamodb", endpoint_url=url, config=config), 2)


def make_own_client(url: str, limits: CallLimits, credentials: Credentials | None = None) -> Any:
    given = credentials or Credentials("a", "b")
    wire = TableWire(endpoint_url=url, region="us-east-1", credentials=given, connections=2)
    return TableClient(wire, lambda: limits.get_left_s(is_read=False))


CLIENTS: list[Callable[[str, CallLimits], Any]] = [make_boto3_client, make_own_client]


def describe(client: Any, call: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return what a call returned or raised."""
    try:
        answer = getattr(client, call)(**request)
    except ClientError as error:
        response: Any = error.response
        return {"code": response["Error"]["Code"], "item": response.get("Item"), "words": response["Error"]["Message"]}
    except BotoCoreError:
        return {"code": None}
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds of all pauses, which are left out."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS.keys())
def test_the_same_answers_have_the_same_end(answers: list[bytes], pauses: list[float]) -> None:
    """The same number of requests, the same answer, or an error with the same code, words and item."""
    ends = []
    for make in CLIENTS:
        pauses.clear()
        script = Script(answers)
        with script.serve() as url:
            ends.append((describe(make(url, CallLimits()), "update_item", REQUEST), script.requests, len(pauses)))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("broken", [GOOD[:-5], GOOD[:30]], ids=["half a body", "half a head"])
def test_half_an_answer_is_asked_for_again(broken: bytes, pauses: list[float]) -> None:
    """boto3's client takes half a body for an answer without a word."""
    script = Script([broken, GOOD])
    with script.serve() as url:
        assert describe(make_own_client(url, CallLimits()), "update_item", REQUEST) == {"Attributes": ITEM}
    assert (len(script.requests), len(pauses)) == (2, 1)


@pytest.mark.parametrize("call", CALLS)
def test_every_call_sends_the_same_bytes(call: str) -> None:
    """Half a pair of surrogates in a key, too."""
    sent = []
    for make in CLIENTS:
        script = Script([render_answer(b'{"Item":{},"Items":[]}')])
        with script.serve() as url:
            getattr(make(url, CallLimits()), call)(**CALLS[call])
        sent.append(script.requests)
    assert sent[0] == sent[1]


def test_the_pages_of_a_query_are_read_to_the_last() -> None:
    """Each goes on where the one before ended."""
    pages = [b'{"Items":[{"n":{"N":"1"}}],"LastEvaluatedKey":{"k":{"S":"x"}}}', b'{"Items":[{"n":{"N":"2"}}]}']
    script = Script([render_answer(page) for page in pages])
    with script.serve() as url:
        rows = list(iterate_rows(make_own_client(url, CallLimits()), TableName="ledger"))
    assert [row["n"]["N"] for row in rows] == ["1", "2"]
    assert [b"ExclusiveStartKey" in body for _, body in script.requests] == [False, True]


@pytest.mark.parametrize("make", CLIENTS)
def test_nothing_is_asked_when_the_invocation_has_no_time_left(make: Callable[[str, CallLimits], Any]) -> None:
    """The error is the one that botocore's other clients raise here."""
    limits = CallLimits()
    limits.begin(lambda: 1.0, lambda: 0.0)
    script = Script([])
    with script.serve() as url, pytest.raises(TimeUpError):
        make(url, limits).get_item(**CALLS["get_item"])
    assert script.requests == []


@pytest.mark.parametrize("make", CLIENTS)
def test_a_pause_that_is_too_long_is_left_out(make: Callable[[str, CallLimits], Any], pauses: list[float]) -> None:
    """The call ends with the time, which here is so short that no pause fits."""
    left, limits = iter([1e-9] * 4 + [0.0] * 9), CallLimits()
    limits.begin(lambda: 1.0, lambda: next(left))
    script = Script([SLOW] * 9)
    with script.serve() as url, pytest.raises(TimeUpError):
        make(url, limits).get_item(**CALLS["get_item"])
    assert sum(pauses) < 1e-6
    assert 1 <= len(script.requests) <= 3


def test_credentials_that_are_refused_are_botocores_error() -> None:
    """At once: nothing is sent, and nothing tried again."""

    class Gone(Credentials):
        """Credentials of a role that is gone."""

        def get_frozen_credentials(self) -> Any:
            raise CredentialRetrievalError(provider="role", error_msg="it is gone")

    script = Script([GOOD])
    with script.serve() as url, pytest.raises(CredentialRetrievalError):
        make_own_client(url, CallLimits(), Gone("a", "b")).get_item(**CALLS["get_item"])
    assert script.requests == []
