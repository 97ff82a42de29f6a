"""What a function's role may do: every call made with its credentials is judged on action and on resource.

Source: AWS Identity and Access Management User Guide, Policy evaluation logic; Service Authorization Reference.
Calls made with other keys (Terraform, the operator) are not judged.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emulator.aws.edge import Application, Environ, Layer
from emulator.aws.requests import Call, calls_of

ACCESS_KEY = re.compile(r"Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/aws4_request")
CONTEXT = {"aws:SecureTransport": "false"}
S3_DENIED = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>{}</Message></Error>'


@dataclass(frozen=True, slots=True)
class Role:
    """The role behind an access key, with the documents of its policies."""

    arn: str
    policies: tuple[str, ...]


def judged(role_of: Callable[[str], Role | None], account_id: str, region: str) -> Layer:
    """The layer that refuses what a role does not allow; `role_of` gives the role of an access key, if it is one's."""

    def layer(application: Application) -> Application:
        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            match = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
            role = role_of(match[1]) if match else None
            if match is None or role is None or match[2] == "sts":
                return application(environ, start_response)
            refused = _refused(role, calls_of(environ, match[2], account_id, region))
            if refused is None:
                return application(environ, start_response)
            return _deny(role, refused, match[2], start_response)

        return answer

    return layer


def allows(policies: Sequence[Mapping[str, Any]], action: str, resource: str) -> bool:
    """Whether the policy documents allow `action` on `resource`: one Allow, and no Deny."""
    matching = [
        str(statement.get("Effect"))
        for policy in policies
        for statement in _many(policy.get("Statement", []))
        if _applies(statement, action, resource)
    ]
    return "Allow" in matching and "Deny" not in matching


def _refused(role: Role, calls: Iterable[Call]) -> Call | None:
    policies = [_document(text) for text in role.policies]
    return next((call for call in calls if not allows(policies, call.action, call.resource)), None)


def _applies(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    named = any(_like(pattern, action, ignore_case=True) for pattern in _many(statement.get("Action", [])))
    placed = any(_like(pattern, resource) for pattern in _many(statement.get("Resource", [])))
    return named and placed and all(_holds(*condition) for condition in statement.get("Condition", {}).items())


def _holds(operator: str, expected: Mapping[str, Any]) -> bool:
    if operator not in {"Bool", "StringEquals", "ArnLike"}:
        raise LookupError(f"the condition operator {operator} is not judged by the local AWS: add it to iam.py")
    return all(
        CONTEXT.get(name) in [str(value).lower() for value in _many(values)] for name, values in expected.items()
    )


def _like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    return _compiled(pattern, ignore_case).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(maxsize=64)
def _document(text: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(text)
    return document


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _deny(role: Role, call: Call, service: str, start_response: Any) -> list[bytes]:
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
