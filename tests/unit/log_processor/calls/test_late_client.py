"""A cold start loads neither boto3 nor the clients that most invocations do not need."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import log_processor
from botocore.session import get_session
from log_processor.calls.late_client import LateClient, copy_object

from tests.unit.log_processor.conftest import Stack


def test_a_client_is_made_with_the_first_call() -> None:
    """And once only."""
    made: list[str] = []

    def make() -> Any:
        made.append("client")
        return SimpleNamespace(send_message=lambda **asked: asked)

    client = LateClient(make)
    assert made == []
    assert client.send_message(QueueUrl="a") == {"QueueUrl": "a"}
    assert client.send_message(QueueUrl="b") == {"QueueUrl": "b"}
    assert made == ["client"]


def test_a_client_of_botocore_copies_as_one_of_boto3_does(stack: Stack) -> None:
    """The object of one key is found under another."""
    stack.s3.put_object(Bucket="source", Key="a.log", Body=b"one\n")
    client = get_session().create_client("s3")
    copy_object(client, {"Bucket": "source", "Key": "a.log"}, "archive", "copy")
    assert stack.s3.get_object(Bucket="archive", Key="copy")["Body"].read() == b"one\n"


def find_loaded(code: str, *names: str) -> str:
    """Return which of the modules are loaded after `code` ran in a new process."""
    said = f"import sys; {code}; print(*({set(names)} & sys.modules.keys()))"
    folder = Path(log_processor.__file__).parents[1]
    return subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True, cwd=folder).stdout


def test_the_handler_loads_no_boto3() -> None:
    """Its import takes a tenth of a cold start."""
    assert find_loaded("import log_processor.handler", "boto3", "s3transfer") == "\n"


def test_without_routes_nothing_is_loaded_that_hides() -> None:
    """Neither RE2 nor the expressions of sensitive values, until a file has a route."""
    code = "import log_processor.handler; from log_processor.routing.routes import read; read({!r})"
    names = "re2", "log_processor.routing.lib.redaction", "log_processor.routing.config.build"
    assert find_loaded(code.format("# no route"), *names) == "\n"
    assert "re2" in find_loaded(code.format("[[route]]\nkeys = ['**']"), *names)


def test_cycles_are_looked_for_seldom_from_the_first_import_on() -> None:
    """Imports and clients are most of what a process has, and all of it stays."""
    code = "import log_processor.handler; import gc; assert gc.get_threshold() == (20_000, 50, 50)"
    assert find_loaded(code, "boto3") == "\n"
