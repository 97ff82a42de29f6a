"""Refuse calls that are not allowed to who makes them: a role, or a caller that was given credentials.

Source: AWS Identity and Access Management User Guide, Policy evaluation logic; Service Authorization Reference.
Calls with other access keys (Terraform, the operator) are not evaluated.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.aws.buckets import find_missing, read_bucket_policy
from emulator.aws.edge import Application, Environ, Middleware
from emulator.aws.kms import READS, find_key_calls, read_key_policy
from emulator.aws.policies.callers import AccessRequest, Caller
from emulator.aws.policies.conditions import Context
from emulator.aws.policies.decision import is_allowed
from emulator.aws.requests import ApiCall, read_api_calls, read_condition_keys, read_item_keys, read_query_keys

ACCESS_KEY = re.compile(r"Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/aws4_request")
S3_DENIED = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>{}</Message></Error>'


def build_policy_middleware(find_caller: Callable[[str], Caller | None], account_id: str, region: str) -> Middleware:
    """Return the middleware that denies calls which no policy allows; `find_caller` takes an access key."""

    def wrap_application(application: Application) -> Application:
        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            match = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
            caller = find_caller(match[1]) if match else None
            if match is None or caller is None or match[2] == "sts":
                return application(environ, start_response)
            calls, keys = read_api_calls(environ, match[2], account_id, region), read_condition_keys(environ)
            every = [*calls, *find_key_calls(calls, keys), *_find_list_calls(calls, keys)]
            context = keys | read_query_keys(environ) | read_item_keys(environ, account_id, region)
            refused = next((call for call in every if not is_call_allowed(caller, call, context, account_id)), None)
            if refused is None:
                return application(environ, start_response)
            return _deny(caller, refused, match[2], start_response)

        return answer

    return wrap_application


def is_call_allowed(caller: Caller, call: ApiCall, keys: Context, account_id: str) -> bool:
    """Tell whether the caller's policies, and those of the bucket or the key that it uses, allow the call."""
    owner, policy = read_bucket_policy(call.resource) or read_key_policy(call.resource) or (account_id, "")
    return is_allowed(AccessRequest(caller, call.action, call.resource, owner, keys), policy)


def _find_list_calls(calls: Iterable[ApiCall], keys: Mapping[str, str]) -> list[ApiCall]:
    """Return what has to be allowed to be told that an object is missing; without it, the caller is denied.

    Source: Amazon S3 API Reference, GetObject: Permissions.
    """
    read = (call.resource for call in calls if call.action in READS)
    missing = (find_missing(resource, keys.get("s3:VersionId")) for resource in read)
    return [ApiCall("s3:ListBucket", bucket) for bucket in missing if bucket]


def _deny(caller: Caller, call: ApiCall, service: str, start_response: Any) -> list[bytes]:
    reason = f"{caller.name} is not authorized to perform: {call.action} on resource: {call.resource}"
    if service == "s3":
        status, kind, body = "403 Forbidden", "application/xml", S3_DENIED.format(reason)
        headers: list[tuple[str, str]] = []
    else:
        shape, headers = _name_denial(call, service)
        status, kind = "400 Bad Request", "application/x-amz-json-1.0"
        body = json.dumps({"__type": shape, "message": reason})
    content = body.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(content))), *headers])
    return [content]


def _name_denial(call: ApiCall, service: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the shape of the error, and the headers that go with it: SQS has one of its own for its keys."""
    if service == "sqs" and call.action.startswith("kms:"):
        return "com.amazonaws.sqs#KmsAccessDenied", [("x-amzn-query-error", "KMS.AccessDeniedException;Sender")]
    return "com.amazon.coral.service#AccessDeniedException", []
