"""Refuse a role's policy that IAM would refuse: for a character, or for the length of all that stand in the role.

Source: AWS Identity and Access Management API Reference, PutRolePolicy; User Guide, IAM and AWS STS quotas.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from emulator.aws.edge import Application, Environ, read_body

MAX_CHARACTERS = 10_240
ALLOWED = re.compile(r"[\t\n\r\x20-\xff]+")
PATTERN = r"[\u0009\u000A\u000D\u0020-\u00FF]+"
ERROR = "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>"


def refuse_role_policies(application: Application) -> Application:
    """Return the application behind a check of the policies that are put into roles."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        refusal = _find_refusal(environ) if "/iam/aws4_request" in environ.get("HTTP_AUTHORIZATION", "") else None
        if refusal is None:
            return application(environ, start_response)
        code, message, status = refusal
        content = ERROR.format(code, escape(message)).encode()
        start_response(status, [("Content-Type", "text/xml"), ("Content-Length", str(len(content)))])
        return [content]

    return answer


def _find_refusal(environ: Environ) -> tuple[str, str, str] | None:
    """Return the code, the message and the status with which a request is refused; None if it is not."""
    asked = {name: values[0] for name, values in parse_qs(read_body(environ).decode()).items()}
    if asked.get("Action") != "PutRolePolicy":
        return None
    document = asked.get("PolicyDocument", "")
    if not ALLOWED.fullmatch(document):
        wrong = f"The specified value for policyDocument is invalid. It must satisfy the pattern {PATTERN}"
        return "ValidationError", wrong, "400 Bad Request"
    if len("".join(document.split())) > MAX_CHARACTERS:
        long = f"Maximum policy size of {MAX_CHARACTERS} bytes exceeded for role {asked.get('RoleName')}"
        return "LimitExceeded", long, "409 Conflict"
    return None
