"""Evaluate a role's policies, on action and on resource, for every call that is made with its credentials.

Source: AWS Identity and Access Management User Guide, Policy evaluation logic; Service Authorization Reference.
Calls with other access keys (Terraform, the operator) are not evaluated.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emulator.aws.edge import Application, Environ, Middleware
from emulator.aws.requests import ApiCall, read_api_calls

ACCESS_KEY = re.compile(r"Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/aws4_request")
CONTEXT = {"aws:SecureTransport": "false"}
S3_DENIED = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>{}</Message></Error>'


@dataclass(frozen=True, slots=True)
class Role:
    """A role and the JSON documents of its policies."""

    arn: str
    policies: tuple[str, ...]


def build_policy_middleware(find_role: Callable[[str], Role | None], account_id: str, region: str) -> Middleware:
    """Return the middleware that denies calls which a role does not allow; `find_role` takes an access key."""

    def wrap_application(application: Application) -> Application:
        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            match = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
            role = find_role(match[1]) if match else None
            if match is None or role is None or match[2] == "sts":
                return application(environ, start_response)
            refused = _find_refused(role, read_api_calls(environ, match[2], account_id, region))
            if refused is None:
                return application(environ, start_response)
            return _deny(role, refused, match[2], start_response)

        return answer

    return wrap_application


def is_allowed(policies: Sequence[Mapping[str, Any]], action: str, resource: str) -> bool:
    """Tell whether the policies allow `action` on `resource`: at least one statement allows it, and none denies it."""
    matching = [
        str(statement.get("Effect"))
        for policy in policies
        for statement in _make_list(policy.get("Statement", []))
        if _is_applicable(statement, action, resource)
    ]
    return "Allow" in matching and "Deny" not in matching


def _find_refused(role: Role, calls: Iterable[ApiCall]) -> ApiCall | None:
    """Return the first call that the role does not allow, None if it allows all of them."""
    policies = [_parse_document(text) for text in role.policies]
    return next((call for call in calls if not is_allowed(policies, call.action, call.resource)), None)


def _is_applicable(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    has_action = any(_is_like(pattern, action, ignore_case=True) for pattern in _make_list(statement.get("Action", [])))
    has_resource = any(_is_like(pattern, resource) for pattern in _make_list(statement.get("Resource", [])))
    return (
        has_action and has_resource and all(_is_met(*condition) for condition in statement.get("Condition", {}).items())
    )


def _is_met(operator: str, expected: Mapping[str, Any]) -> bool:
    if operator not in {"Bool", "StringEquals", "ArnLike"}:
        raise LookupError(
            f"the condition operator {operator} is not build_policy_middleware by the local AWS: add it to iam.py"
        )
    return all(
        CONTEXT.get(name) in [str(value).lower() for value in _make_list(values)] for name, values in expected.items()
    )


def _is_like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    return _compile_pattern(pattern, ignore_case).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(maxsize=64)
def _parse_document(text: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(text)
    return document


def _make_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _deny(role: Role, call: ApiCall, service: str, start_response: Any) -> list[bytes]:
    reason = f"{role.arn} is not authorized to perform: {call.action} on resource: {call.resource}"
    if service == "s3":
        status, kind, body = "403 Forbidden", "application/xml", S3_DENIED.format(reason)
    else:
        shape = "com.amazon.coral.service#AccessDeniedException"
        status, kind = "400 Bad Request", "application/x-amz-json-1.0"
        body = json.dumps({"__type": shape, "message": reason})
    content = body.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(content)))])
    return [content]
