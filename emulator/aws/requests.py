"""Read from a request which actions on which resources it needs, in the names that policies use.

Source: Service Authorization Reference, actions of Amazon S3, DynamoDB, SQS and CloudWatch Logs.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from emulator.aws.edge import Environ, read_body
from emulator.aws.operator_calls import TRANSACTION, list_changes, name_operator_call, read_leading_keys

SINGLE = {f"{action}Batch": action for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}
S3_OBJECT = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "POST": "PutObject", "DELETE": "DeleteObject"}
S3_VERSIONED = {"GetObject": "GetObjectVersion", "DeleteObject": "DeleteObjectVersion"}
S3_BUCKET = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
S3_BUCKET_PARTS = {
    "acl": "BucketAcl",
    "encryption": "EncryptionConfiguration",
    "location": "BucketLocation",
    "notification": "BucketNotification",
    "policy": "BucketPolicy",
    "versions": "",
}
"""What a query asks of a bucket: the action is `Get…` or `Put…` of it; its versions have an action of their own."""
S3_KEYS = {"prefix": "s3:prefix", "delimiter": "s3:delimiter", "max-keys": "s3:max-keys", "versionId": "s3:VersionId"}
ONE_ITEM = frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem"})
AMZ_HEADER = "HTTP_X_AMZ_"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One action on one resource, such as `s3:GetObject` on `arn:aws:s3:::bucket/key`."""

    action: str
    resource: str


def read_api_calls(environ: Environ, service: str, account_id: str, region: str) -> list[ApiCall]:
    """Return the calls that have to be allowed; for an unknown service that is `service:Unknown` on `*`."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
    scope = f"{region}:{account_id}"
    match service:
        case "s3":
            return _read_s3_calls(environ)
        case "dynamodb":
            calls = _list_table_calls(target, _read_json(environ))
            return [ApiCall(action, f"arn:aws:dynamodb:{scope}:{name}") for action, name in calls]
        case "sqs":
            queue = _name_queue(_read_json(environ))
            return [ApiCall(f"sqs:{SINGLE.get(target, target)}", f"arn:aws:sqs:{scope}:{queue}")]
        case "secretsmanager":
            return [ApiCall(f"secretsmanager:{target}", str(_read_json(environ).get("SecretId", "*")))]
        case "logs":
            group = _read_json(environ).get("logGroupName", "")
            return [ApiCall(f"logs:{target}", f"arn:aws:logs:{scope}:log-group:{group}:log-stream:*")]
    action, name = name_operator_call(environ, service, target)
    return [ApiCall(action, name if name == "*" else f"arn:aws:{service}:{scope}:{name}")]


def _list_table_calls(target: str, body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the action on each table that a request to DynamoDB needs."""
    if target == TRANSACTION:
        yield from list_changes(body)
    else:
        yield from ((f"dynamodb:{target}", name) for name in _list_tables(body))


def _name_queue(body: dict[str, Any]) -> str:
    return str(body.get("QueueName") or str(body.get("QueueUrl", "")).rpartition("/")[2])


def read_condition_keys(environ: Environ) -> dict[str, str]:
    """Return the condition keys that a request itself has: S3's headers, what it lists, and where it comes from."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    headers = {
        f"s3:x-amz-{name.removeprefix(AMZ_HEADER).lower().replace('_', '-')}": str(value)
        for name, value in environ.items()
        if name.startswith(AMZ_HEADER)
    }
    asked = {key: query[name][0] for name, key in S3_KEYS.items() if name in query}
    return {"aws:SourceIp": str(environ.get("REMOTE_ADDR", "127.0.0.1")), **headers, **asked}


def read_query_keys(environ: Environ) -> dict[str, str | tuple[str, ...]]:
    """Return the condition keys of a query of a table: which attributes it reads; without a projection, all.

    `dynamodb:Select` is the parameter `Select`, which a query with a projection may leave out: then no key is promised.

    Source: Amazon DynamoDB Developer Guide, Using IAM policy conditions for fine-grained access control.
    """
    if not str(environ.get("HTTP_X_AMZ_TARGET", "")).endswith(".Query"):
        return {}
    body = _read_json(environ)
    projection = body.get("ProjectionExpression")
    if projection is None:
        return {"dynamodb:Select": body.get("Select", "ALL_ATTRIBUTES")}
    names = body.get("ExpressionAttributeNames", {})
    read = tuple(names.get(name.strip(), name.strip()) for name in projection.split(","))
    return {"dynamodb:Attributes": read} | ({"dynamodb:Select": body["Select"]} if "Select" in body else {})


def read_item_keys(environ: Environ, account_id: str, region: str) -> dict[str, str | tuple[str, ...]]:
    """Return the condition key of a request for one item of a table: its partition key."""
    if str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2] not in ONE_ITEM:
        return {}
    return {"dynamodb:LeadingKeys": read_leading_keys(_read_json(environ), account_id, region)}


def _read_json(environ: Environ) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(read_body(environ) or b"{}")
    return body


def _list_tables(body: dict[str, Any]) -> list[str]:
    names = list(body.get("RequestItems", ())) or [body.get("TableName", "")]
    index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
    return [f"table/{str(name).rpartition('/')[2]}{index}" for name in names]


def _read_s3_calls(environ: Environ) -> list[ApiCall]:
    bucket, _, key = str(environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "replace").lstrip("/").partition("/")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    method = environ["REQUEST_METHOD"]
    if not key:
        return [ApiCall(f"s3:{_name_bucket_action(method, query)}", f"arn:aws:s3:::{bucket}")]
    action = S3_OBJECT.get(method, "Unknown")
    if method == "DELETE" and "uploadId" in query:
        action = "AbortMultipartUpload"
    if "versionId" in query:
        action = S3_VERSIONED.get(action, action)
    calls = [ApiCall(f"s3:{action}", f"arn:aws:s3:::{bucket}/{key}")]
    source = environ.get("HTTP_X_AMZ_COPY_SOURCE")
    return [*calls, _read_copy_source(str(source))] if source else calls


def _name_bucket_action(method: str, query: Mapping[str, Any]) -> str:
    part = next((name for name in S3_BUCKET_PARTS if name in query), "")
    if part == "versions":
        return "ListBucketVersions"
    return f"{method.title()}{S3_BUCKET_PARTS[part]}" if part else S3_BUCKET.get(method, "Unknown")


def _read_copy_source(source: str) -> ApiCall:
    path, _, version = source.partition("?versionId=")
    action = "GetObjectVersion" if version else "GetObject"
    return ApiCall(f"s3:{action}", f"arn:aws:s3:::{unquote(path).lstrip('/')}")
