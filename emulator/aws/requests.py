"""Which actions on which resources a request asks for, as policies name them.

Source: Service Authorization Reference, actions of Amazon S3, DynamoDB, SQS and CloudWatch Logs.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from emulator.aws.edge import Environ, body_of

SINGLE = {"SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage"}
S3_OBJECT = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "POST": "PutObject", "DELETE": "DeleteObject"}
S3_VERSIONED = {"GetObject": "GetObjectVersion", "DeleteObject": "DeleteObjectVersion"}
S3_BUCKET = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}


@dataclass(frozen=True, slots=True)
class Call:
    """One action on one resource, such as `s3:GetObject` on `arn:aws:s3:::bucket/key`."""

    action: str
    resource: str


def calls_of(environ: Environ, service: str, account_id: str, region: str) -> list[Call]:
    """What the request needs to be allowed; a service that is not known here needs `service:Unknown` on `*`."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    place = f"{region}:{account_id}"
    match service:
        case "s3":
            return _s3(environ)
        case "dynamodb":
            return [Call(f"dynamodb:{target}", f"arn:aws:dynamodb:{place}:{name}") for name in _tables(_json(environ))]
        case "sqs":
            queue = str(_json(environ).get("QueueUrl", "")).rpartition("/")[2]
            return [Call(f"sqs:{SINGLE.get(target, target)}", f"arn:aws:sqs:{place}:{queue}")]
        case "logs":
            group = _json(environ).get("logGroupName", "")
            return [Call(f"logs:{target}", f"arn:aws:logs:{place}:log-group:{group}:log-stream:*")]
        case _:
            return [Call(f"{service}:{target or 'Unknown'}", "*")]


def _json(environ: Environ) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body_of(environ) or b"{}")
    return found


def _tables(body: dict[str, Any]) -> list[str]:
    names = list(body.get("RequestItems", ())) or [body.get("TableName", "")]
    index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
    return [f"table/{str(name).rpartition('/')[2]}{index}" for name in names]


def _s3(environ: Environ) -> list[Call]:
    bucket, _, key = str(environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "replace").lstrip("/").partition("/")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    method = environ["REQUEST_METHOD"]
    if not key:
        return [Call(f"s3:{S3_BUCKET.get(method, 'Unknown')}", f"arn:aws:s3:::{bucket}")]
    action = S3_OBJECT.get(method, "Unknown")
    if method == "DELETE" and "uploadId" in query:
        action = "AbortMultipartUpload"
    if "versionId" in query:
        action = S3_VERSIONED.get(action, action)
    calls = [Call(f"s3:{action}", f"arn:aws:s3:::{bucket}/{key}")]
    source = environ.get("HTTP_X_AMZ_COPY_SOURCE")
    return [*calls, _copied(str(source))] if source else calls


def _copied(source: str) -> Call:
    path, _, version = source.partition("?versionId=")
    action = "GetObjectVersion" if version else "GetObject"
    return Call(f"s3:{action}", f"arn:aws:s3:::{unquote(path).lstrip('/')}")
