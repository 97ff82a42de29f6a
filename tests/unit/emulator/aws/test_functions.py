"""The children of the local AWS's functions: one that is killed leaves no folder behind."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest

from emulator.aws.functions import Deployment, Fleet
from emulator.aws.runtime_api import RuntimeCall

pytestmark = pytest.mark.server

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:app"
HANDLER = "def handle(event, context):\n    if event == 'fail':\n        raise ValueError(event)\n    return event\n"


def deploy() -> Deployment:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", HANDLER)
    return Deployment("app", "$LATEST", ARN, "app.handle", code.getvalue(), (), (), "role", 5, 256)


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
