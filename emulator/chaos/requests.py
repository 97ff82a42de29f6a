"""Read from a request of the function its operation, the object that it concerns, and who signed it."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from emulator.aws.edge import Environ, read_body
from emulator.aws.iam import ACCESS_KEY

ARCHIVED = re.compile(r"errors/[^/]+/(.+)/[^/]+")
S3_OPERATIONS = {"GET": "GetObject", "PUT": "PutObject"}
SQS_OPERATIONS = frozenset({"SendMessage", "SendMessageBatch"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `subject` is the key of the source object that it concerns; `access_key` is the signer's.

    The two writes to the ledger are the operations `LedgerBegin` and `LedgerEnd`.
    """

    operation: str
    subject: str
    access_key: str


def read_request(environ: Environ) -> Request | None:
    """Return the request in `environ`, or None if it is none that the pipeline makes."""
    signed = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signed is None:
        return None
    target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    match signed[2]:
        case "s3":
            parts = _read_s3_request(environ)
        case "dynamodb" if target == "BatchWriteItem":
            parts = (target, _get_key(_get_first_item(json.loads(read_body(environ)))["source_file"]["S"]))
        case "dynamodb" if target == "UpdateItem":
            body = json.loads(read_body(environ))
            operation = "LedgerEnd" if ":duration_ms" in body["ExpressionAttributeValues"] else "LedgerBegin"
            parts = (operation, _get_key(body["Key"]["object"]["S"]))
        case "sqs" if target in SQS_OPERATIONS:
            parts = ("SendMessage", _get_first_key(json.loads(read_body(environ))))
        case _:
            return None
    return Request(*parts, signed[1]) if parts else None


def _read_s3_request(environ: Environ) -> tuple[str, str] | None:
    operation = S3_OPERATIONS.get(environ["REQUEST_METHOD"])
    _, _, key = unquote(environ["PATH_INFO"].encode("latin-1").decode()).lstrip("/").partition("/")
    if operation is None or not key:
        return None
    if "HTTP_X_AMZ_COPY_SOURCE" in environ:
        operation = "CopyObject"
    archived = ARCHIVED.match(key)
    return operation, archived[1] if archived else key


def _get_first_item(body: dict[str, Any]) -> dict[str, Any]:
    puts: list[dict[str, Any]] = next(iter(body["RequestItems"].values()))
    item: dict[str, Any] = puts[0]["PutRequest"]["Item"]
    return item


def _get_key(uri: str) -> str:
    return uri.removeprefix("s3://").partition("/")[2]


def _get_first_key(body: dict[str, Any]) -> str:
    messages = body.get("Entries") or [body]
    return get_message_key(messages[0]["MessageBody"])


def get_message_key(text: str) -> str:
    """Return the key of the object that a message of the work queue is about, empty if it is about none."""
    try:
        return str(json.loads(text)["object_range"]["key"])
    except (ValueError, TypeError, LookupError):
        return ""
