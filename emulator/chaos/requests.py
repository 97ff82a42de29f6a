"""What a request of the function is about: its operation, the object concerned, and who signed it."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from emulator.aws.edge import Environ, body_of
from emulator.aws.iam import ACCESS_KEY

ARCHIVED = re.compile(r"errors/[^/]+/(.+)/[^/]+")
S3_OPERATIONS = {"GET": "GetObject", "PUT": "PutObject"}
SQS_OPERATIONS = frozenset({"SendMessage", "SendMessageBatch"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `subject` is the key of the source object that it serves, `access_key` the signer's.

    The ledger's two writes are told apart: `LedgerBegin` and `LedgerEnd`.
    """

    operation: str
    subject: str
    access_key: str


def request_of(environ: Environ) -> Request | None:
    """The request of the pipeline that `environ` holds; None for any other."""
    signed = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signed is None:
        return None
    target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    match signed[2]:
        case "s3":
            found = _s3(environ)
        case "dynamodb" if target == "BatchWriteItem":
            found = (target, _key(_first_item(json.loads(body_of(environ)))["source_file"]["S"]))
        case "dynamodb" if target == "UpdateItem":
            body = json.loads(body_of(environ))
            word = "LedgerEnd" if ":duration_ms" in body["ExpressionAttributeValues"] else "LedgerBegin"
            found = (word, _key(body["Key"]["object"]["S"]))
        case "sqs" if target in SQS_OPERATIONS:
            found = ("SendMessage", _first_subject(json.loads(body_of(environ))))
        case _:
            return None
    return Request(*found, signed[1]) if found else None


def _s3(environ: Environ) -> tuple[str, str] | None:
    operation = S3_OPERATIONS.get(environ["REQUEST_METHOD"])
    _, _, key = unquote(environ["PATH_INFO"].encode("latin-1").decode()).lstrip("/").partition("/")
    if operation is None or not key:
        return None
    if "HTTP_X_AMZ_COPY_SOURCE" in environ:
        operation = "CopyObject"
    archived = ARCHIVED.match(key)
    return operation, archived[1] if archived else key


def _first_item(body: dict[str, Any]) -> dict[str, Any]:
    puts: list[dict[str, Any]] = next(iter(body["RequestItems"].values()))
    item: dict[str, Any] = puts[0]["PutRequest"]["Item"]
    return item


def _key(uri: str) -> str:
    return uri.removeprefix("s3://").partition("/")[2]


def _first_subject(body: dict[str, Any]) -> str:
    messages = body.get("Entries") or [body]
    text = json.loads(messages[0]["MessageBody"])
    return str(text.get("object_range", {}).get("key", ""))
