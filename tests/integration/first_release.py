"""An environment as version 1.0.0 left it: its resources, the logs that it read, and what it stored of them."""

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import moto.s3.models
import pytest

from tests.integration.project import PROJECT_DIR, Project

FIXTURE = PROJECT_DIR / "tests" / "fixtures" / "upgrade" / "1.0.0"
STACK = "TapStackdev"
FUNCTION = "def handle(event, context):\n    return {}\n"
"""What stands for the function of that version: what it stored is there already."""


def deploy_first_release(project: Project, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Apply the JSON of the version, and fill buckets and tables; return what it had stored."""
    folder = project.folder / "cdktf.out" / "stacks" / STACK
    stack = json.loads((FIXTURE / f"{STACK}.json").read_text("utf-8"))
    for kind in ("aws_lambda_function", "aws_lambda_layer_version"):
        for resource in stack["resource"][kind].values():
            _write_zip(folder / resource["filename"])
    (folder / "cdk.tf.json").write_text(json.dumps(stack), "utf-8")
    project.terraform(STACK, "init", "-input=false")
    project.terraform(STACK, "apply", "-auto-approve", "-input=false")
    stored: dict[str, Any] = json.loads((FIXTURE / "stored.json").read_text("utf-8"))
    _upload(project, stored, monkeypatch)
    for table, items in (("logs", stored["log_table"]), ("ledger", stored["ledger"])):
        _write_items(project, f"tap-serverless-dev-{table}", items)
    return stored


def _write_zip(path: Path) -> None:
    path.parent.mkdir(parents=True)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("log_processor/handler.py", FUNCTION)
    path.write_bytes(content.getvalue())


def _upload(project: Project, stored: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Upload the logs as the versions that the table and the ledger name."""
    versions = iter([one["version_id"] for one in stored["objects"]])
    with monkeypatch.context() as patch:
        patch.setattr(moto.s3.models, "random", SimpleNamespace(uuid4=lambda: next(versions)))
        for one in stored["objects"]:
            project.aws.client("s3").put_object(Bucket=stored["bucket"], Key=one["key"], Body=one["body"].encode())
    assert project.aws.wait_until_idle(60)


def _write_items(project: Project, table: str, items: list[dict[str, Any]]) -> None:
    for item in items:
        project.aws.client("dynamodb").put_item(TableName=table, Item=item)
