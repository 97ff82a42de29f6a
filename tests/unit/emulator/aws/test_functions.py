"""The children of the local AWS's functions: one that is killed leaves no folder behind."""

import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest

from emulator.aws.fleet import Fleet
from emulator.aws.function_logs import JSON, PLAIN, FunctionLogs
from emulator.aws.functions import Deployment
from emulator.aws.runtime_api import RuntimeCall

pytestmark = pytest.mark.server

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:app"
HANDLER = """
import logging

def handle(event, context):
    if event == 'fail':
        raise ValueError(event)
    print('{"_aws": {}}')
    logging.getLogger("app").warning("went %s", event, extra={"range": "v1#0"})
    logging.getLogger("app").debug("unseen")
    return event
"""


def deploy(logs: FunctionLogs = PLAIN) -> Deployment:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", HANDLER)
    return Deployment("app", "$LATEST", ARN, "app.handle", code.getvalue(), (), (), "role", 5, 256, logs)


@pytest.mark.parametrize("event", [b'"answer"', b'"fail"'])
def test_a_killed_child_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: bytes) -> None:
    """It is removed with its fleet, though the child was killed while it was idle."""
    folders = tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folders))
    fleet = Fleet(tmp_path, 1, lambda _role: {"AWS_ACCESS_KEY_ID": "key"}, lambda *_: True)
    fleet.invoke(deploy(), RuntimeCall("request", event, 5, ARN))
    assert list(folders.iterdir())
    (child,) = fleet._all
    assert fleet.kill("key")
    child._process.wait()
    fleet.close()
    assert list(folders.iterdir()) == []


@pytest.mark.parametrize("event", [b'"answer"', b'"fail"'])
def test_a_log_as_json_has_json_lines_alone(tmp_path: Path, event: bytes) -> None:
    """Those of Lambda itself, those of the function's loggers with their fields, and what it prints as it is."""
    fleet = Fleet(tmp_path, 1, lambda _role: {"AWS_ACCESS_KEY_ID": "key"}, lambda *_: True)
    fleet.invoke(deploy(FunctionLogs(JSON, "INFO", "INFO")), RuntimeCall("request-1", event, 5, ARN))
    fleet.close()
    lines = [json.loads(line) for line in (tmp_path / "app.log").read_text().splitlines()]
    first, *own, last = lines
    assert (first["type"], first["record"]["requestId"]) == ("platform.start", "request-1")
    assert (last["type"], last["record"]["requestId"]) == ("platform.report", "request-1")
    if event == b'"fail"':
        assert [(line["level"], line["errorMessage"]) for line in own] == [("ERROR", "fail")]
        return
    document, said = own
    assert document == {"_aws": {}}
    said.pop("timestamp")
    assert said == {
        "level": "WARNING",
        "message": "went answer",
        "logger": "app",
        "requestId": "request-1",
        "range": "v1#0",
    }
