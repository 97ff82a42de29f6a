"""Whatever AWS answers, a command says it in one sentence with a remedy, and its exit code tells whose turn it is."""

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)

from ops.cli import main
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import explain_error
from stacks.config import load
from tests.unit.ops.printed import read_error
from tests.unit.refusals import refusals

CONFIG = load({}, {})
CALLER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>ann</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


QUEUE = b'{"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/a", "Attributes": {}}'


class Answers(BaseHTTPRequestHandler):
    """A service that knows who asks, and the queues, and answers all else with one error."""

    status, body = 400, b"{}"
    asked: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target", "sts")
        type(self).asked.append(target)
        known = CALLER if target == "sts" else QUEUE if target.startswith("AmazonSQS.") else None
        status, body = (self.status, self.body) if known is None else (200, known)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any, **__: Any) -> None:
        """Print nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answers]]:
    """Answer as AWS, to credentials that are asked for nowhere else."""
    Answers.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", '{"alarms": false}')
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "STACK_NAME_SUFFIX"):
        monkeypatch.delenv(name, raising=False)
    yield Answers
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("case", refusals("ops"), ids=lambda case: str(case["code"]))
def test_an_answer_is_one_sentence(case: dict[str, Any]) -> None:
    """It names what was asked, the code, and the remedy."""
    answer: Any = {
        "Error": {"Code": case["code"], "Message": case["message"]},
        "ResponseMetadata": {"HTTPStatusCode": case["status"]},
    }
    error = explain_error(ClientError(answer, "Query"), "the ledger logs", CONFIG)
    assert (str(error), error.exit_code) == (case["says"], case["exit_code"])


@pytest.mark.parametrize("words", [["s3://a/b"], []], ids=["of an object", "of the environment"])
@pytest.mark.parametrize("case", refusals("ops"), ids=lambda case: str(case["code"]))
def test_a_command_ends_with_the_sentence(
    case: dict[str, Any], words: list[str], service: type[Answers], capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer comes over the wire; no traceback, and the exit code of the table."""
    service.status = case["status"]
    service.body = json.dumps({"__type": f"com.amazon#{case['code']}", "message": case["message"]}).encode()
    assert main(["status", *words, "--ledger", "logs"]) == case["exit_code"]
    asked = "Query" if words else "DescribeTable"
    assert read_error(capsys) == case["says"].replace(" to Query ", f" to {asked} ")


@pytest.mark.parametrize(
    ("error", "sentence", "exit_code"),
    [
        (
            NoCredentialsError(),
            "the credentials are missing or not whole (Unable to locate credentials): set AWS_PROFILE",
            3,
        ),
        (UnauthorizedSSOTokenError(), "cannot be renewed (The SSO session associated with this profile has expired", 3),
        (CredentialRetrievalError(provider="process", error_msg="denied"), "sign in again, as by 'aws sso login'", 3),
        (ReadTimeoutError(endpoint_url="https://a"), "AWS cannot be reached (Read timeout on endpoint URL", 4),
    ],
)
def test_a_failure_before_the_answer_is_one_sentence(error: Any, sentence: str, exit_code: int) -> None:
    """Credentials that are missing or cannot be renewed, and a network that is away, are different exit codes."""
    explained = explain_error(error, "the ledger logs", CONFIG)
    assert sentence in str(explained)
    assert explained.exit_code == exit_code


def test_aws_that_cannot_be_reached_is_asked_later(
    service: type[Answers], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code says that the same command may work later."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        assert main(["status", "s3://a/b"]) == ExitCode.TRY_AGAIN
    assert "the account of TapStackdev: AWS cannot be reached" in read_error(capsys)
    assert service.asked == []


@pytest.mark.parametrize(
    ("variable", "value", "heading", "sentence"),
    [
        (
            "AWS_REGION",
            "eu-west-1",
            ", region eu-west-1, stack TapStackdev",
            "the ledger tap-serverless-dev-ledger does not exist in eu-west-1: check the credentials, AWS_REGION",
        ),
        (
            "STACK_NAME_SUFFIX",
            "nosuch",
            ", region us-east-1, stack TapStacknosuch",
            "the ledger tap-serverless-nosuch-ledger does not exist in us-east-1: check the credentials, AWS_REGION",
        ),
    ],
)
def test_a_wrong_region_or_stack_is_named(
    variable: str,
    value: str,
    heading: str,
    sentence: str,
    service: type[Answers],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The heading and the sentence have it, so that a wrong one is seen at once."""
    monkeypatch.setenv(variable, value)
    service.status, service.body = 400, b'{"__type": "com.amazon#ResourceNotFoundException", "message": "none"}'
    assert main(["status", "s3://a/b"]) == ExitCode.CANNOT_RUN
    said = capsys.readouterr().err
    assert heading in said
    assert f"error: {sentence}" in said
