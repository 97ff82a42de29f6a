"""Call the operations that the ledger needs as boto3's client of DynamoDB does, over the connections of the writes.

boto3's client takes several times as long for a call: two fifths of the time of an object of few lines.
"""

import json
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.retries.quota import RetryQuota
from urllib3.exceptions import HTTPError

from log_processor.calls.clients import TimeUpError
from log_processor.calls.kept_connection import HTTPAnswer
from log_processor.calls.retries import CallFault, CallTries, judge
from log_processor.service_errors import get_error_code
from log_processor.storing.wire import TableWire, parse_reply

OPERATIONS = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
CHECKSUM = b"x-amz-crc32"


class NoAnswerError(BotoCoreError):
    """No whole answer arrived."""

    fmt = "{error}"


@dataclass(frozen=True, slots=True)
class _Tried:
    """What a try led to: the answer of DynamoDB (`payload`), or an error, and whether another try may mend it."""

    payload: Mapping[str, Any]
    error: Exception | None = None
    fault: CallFault | None = None
    fields: Mapping[bytes, bytes] | None = None


class TableClient:
    """The methods of boto3's client of DynamoDB that the ledger calls, with its arguments, answers and errors.

    Values are in DynamoDB's JSON, and none of them are bytes. A call is tried again as boto3 does, no longer than there
    are seconds left (`get_left_s`).
    """

    def __init__(self, wire: TableWire, get_left_s: Callable[[], float]) -> None:
        self._wires = {operation: wire.asking(operation) for operation in OPERATIONS}
        self._get_left_s = get_left_s
        self._quota = RetryQuota()

    def get_item(self, **request: Any) -> Any:
        """Return an item, if there is one."""
        return self._call("GetItem", request)

    def query(self, **request: Any) -> Any:
        """Return a page of items."""
        return self._call("Query", request)

    def put_item(self, **request: Any) -> Any:
        """Store an item."""
        return self._call("PutItem", request)

    def update_item(self, **request: Any) -> Any:
        """Change an item."""
        return self._call("UpdateItem", request)

    def delete_item(self, **request: Any) -> Any:
        """Remove an item."""
        return self._call("DeleteItem", request)

    def _call(self, operation: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer; raise the error of the last try, or `TimeUpError`, as boto3's clients here do."""
        body, tries = json.dumps(request).encode(), CallTries(self._quota)
        while True:
            left_s = self._get_left_s()
            if left_s <= 0:
                raise TimeUpError
            tried = self._try(operation, body, left_s)
            if tried.error is None:
                tries.succeed()
                return tried.payload
            pause_s = tried.fault and tries.choose_pause_s(tried.fault, tried.fields or {})
            if pause_s is None:
                raise tried.error
            if pause_s <= self._get_left_s():
                time.sleep(pause_s)

    def _try(self, operation: str, body: bytes, left_s: float) -> _Tried:
        try:
            answer = self._wires[operation].ask(body, left_s)
        except (HTTPError, OSError) as error:
            failed = NoAnswerError(error=f"{type(error).__name__}: {error}")
            failed.__cause__ = error
            return _Tried({}, failed, CallFault.PASSING)
        if not _is_intact(answer):
            return _Tried({}, NoAnswerError(error="the answer arrived damaged"), CallFault.PASSING)
        reply = parse_reply(answer)
        if reply.error is None:
            return _Tried(reply.payload)
        refusal = _make_error(operation, answer, reply.payload)
        return _Tried({}, refusal, judge(get_error_code(refusal), answer.status), answer.fields)


def iterate_rows(dynamodb: Any, **query: Any) -> Iterator[Any]:
    """Yield the items of a query, page by page."""
    page = dynamodb.query(**query)
    yield from page["Items"]
    while start := page.get("LastEvaluatedKey"):
        page = dynamodb.query(**query, ExclusiveStartKey=start)
        yield from page["Items"]


def _is_intact(answer: HTTPAnswer) -> bool:
    """Tell whether the body is the one of which DynamoDB sent the checksum."""
    checksum = answer.fields.get(CHECKSUM)
    return checksum is None or checksum == b"%d" % zlib.crc32(answer.body)


def _make_error(operation: str, answer: HTTPAnswer, payload: Mapping[str, Any]) -> ClientError:
    """Return the error of a refusal; its response has what else the answer says, such as the `Item` of a condition."""
    code = str(payload.get("__type", answer.status)).rpartition("#")[2].partition(":")[0]
    message = payload.get("message", payload.get("Message", "" if payload else answer.body.decode(errors="replace")))
    response: Any = {
        **payload,
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": answer.status},
    }
    return ClientError(response, operation)
