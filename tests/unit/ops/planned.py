"""Lines of JSON as Terraform writes them of a plan, and programs that stand in for others."""

from pathlib import Path
from typing import Any

from ops.terraform_plan import REFUSED

WARNING = {"type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "Deprecated"}}
ERROR = {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "No keys", "detail": "set\n  some"}}
TABLE, BUCKET = "aws_dynamodb_table", "aws_s3_bucket"


def changed(kind: str, name: str, action: str) -> dict[str, Any]:
    """Return the line of a change."""
    resource = {"addr": f"{kind}.{name}", "resource_type": kind}
    return {"type": "planned_change", "change": {"action": action, "resource": resource}}


def refused(address: str) -> dict[str, Any]:
    """Return the line of a destruction that is refused."""
    detail = (
        f"Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed."
    )
    return {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": REFUSED, "detail": detail}}


def put_program(path: Path, text: str) -> None:
    """Write a program of the shell."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
