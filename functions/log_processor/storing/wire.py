"""Send BatchWriteItem requests with urllib3 and botocore's signer, without boto3's request model.

The model costs more than everything else that is done with a record: it walks each value, checks it, and encodes again
what is encoded already. For 25 items of 14 kB this module takes 0.9 ms of processor time, boto3's `batch_write_item`
takes 3.8 ms, both with signing and sending (`benchmarks/batch_write.py`). Retries are the work of `table.py`, which
knows the unprocessed items and the time that is left.

Source: Amazon DynamoDB API Reference, BatchWriteItem; the low-level JSON protocol (`DynamoDB_20120810`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import get_cert_path
from urllib3.exceptions import HTTPError

from log_processor.calls.connections import POOLS
from log_processor.calls.time_limit import TimeLimit
from log_processor.errors import ServiceUnavailableError

HEADERS = {"X-Amz-Target": "DynamoDB_20120810.BatchWriteItem", "Content-Type": "application/x-amz-json-1.0"}
CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0
MIN_TIMEOUT_S = 0.1


@dataclass(frozen=True, slots=True)
class Reply:
    """DynamoDB's answer: `error` is the code of a refusal (`ThrottlingException`), or None if it was accepted."""

    error: str | None
    payload: Mapping[str, Any] = field(default_factory=dict)


class BatchWriteWire:
    """A client that posts encoded BatchWriteItem bodies; several threads may use it at once."""

    def __init__(self, *, endpoint_url: str, region: str, credentials: Credentials, connections: int) -> None:
        self._url = endpoint_url.rstrip("/") + "/"
        self._region = region
        self._credentials = credentials
        self._pool = urllib3.PoolManager(
            maxsize=connections,
            retries=False,
            ca_certs=get_cert_path(True),
        )
        self._pool.pool_classes_by_scheme = POOLS

    def post(self, body: bytes, timeout_s: float = READ_TIMEOUT_S) -> Reply:
        """Send one body and return the reply; raise `ServiceUnavailableError` if it is not whole within `timeout_s`.

        That holds for the whole call, from the look-up of the name to the last byte of the answer. It is at most 10 s,
        and at least 0.1 s.
        """
        request = AWSRequest(method="POST", url=self._url, data=body, headers=dict(HEADERS))
        SigV4Auth(self._credentials.get_frozen_credentials(), "dynamodb", self._region).add_auth(request)
        total_s = max(MIN_TIMEOUT_S, min(READ_TIMEOUT_S, timeout_s))
        timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, total=total_s)
        headers = dict(request.headers.items())
        try:
            with TimeLimit(total_s):
                response = self._pool.request("POST", self._url, body=body, headers=headers, timeout=timeout)
        except (HTTPError, OSError) as error:
            raise ServiceUnavailableError(f"writing to DynamoDB: {type(error).__name__}: {error}") from error
        return _parse_reply(response.status, response.data)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._pool.clear()


def _parse_reply(status: int, data: bytes) -> Reply:
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError:
        payload = None
    if not isinstance(payload, dict):
        return Reply(error=f"HTTP{status}")
    if status == 200:
        return Reply(error=None, payload=payload)
    return Reply(error=str(payload.get("__type", f"HTTP{status}")).rpartition("#")[2], payload=payload)
