"""A function's log is written as its logging configuration says, which the local AWS keeps."""

import json
from collections.abc import Iterator

import pytest

from emulator.aws.deployments import find_logs
from emulator.aws.function_logs import JSON, PLAIN, FunctionLogs, InvocationUsage
from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws
from tests.support.roles import create_role
from tests.unit.emulator.aws.test_functions import deploy

FAILED = InvocationUsage(5_012.5, 256, 81, "Task timed out after 5.00 seconds")


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as running:
        yield running


@pytest.mark.server
def test_the_configuration_of_a_log_stays(aws: LocalAws) -> None:
    """Every plan would add it again otherwise; the log group has its usual name."""
    functions = aws.client("lambda")
    levels = {"ApplicationLogLevel": "DEBUG", "SystemLogLevel": "WARN"}
    functions.create_function(
        FunctionName="logging",
        Runtime="python3.11",
        Role=create_role(aws, "logging"),
        Handler="app.handle",
        Code={"ZipFile": deploy().code},
        LoggingConfig={"LogFormat": JSON, **levels},
    )
    kept = functions.get_function_configuration(FunctionName="logging")["LoggingConfig"]
    assert kept == {"LogFormat": JSON, "LogGroup": "/aws/lambda/logging", **levels}
    assert find_logs(ACCOUNT_ID, REGION, "logging") == FunctionLogs(JSON, "DEBUG", "WARN")
    functions.update_function_configuration(FunctionName="logging", LoggingConfig={"LogFormat": "Text"})
    assert find_logs(ACCOUNT_ID, REGION, "logging") == find_logs(ACCOUNT_ID, REGION, "gone") == PLAIN


def test_a_text_log_has_lambdas_own_lines() -> None:
    """As every tool knows them; the runtime is told nothing."""
    assert PLAIN.build_environment() == {}
    assert PLAIN.render_start("7", "3") == "START RequestId: 7 Version: 3\n"
    ended = PLAIN.render_report("7", FAILED).splitlines()
    assert [line.split()[:3] for line in ended] == [["END", "RequestId:", "7"], ["REPORT", "RequestId:", "7"]]
    assert "Task timed out" in ended[1]


def test_a_json_log_has_events_of_the_platform() -> None:
    """They say what an invocation took and how it failed; from `WARN` on, Lambda leaves them out."""
    logs = FunctionLogs(JSON, "INFO", "INFO")
    assert logs.build_environment() == {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}
    report = json.loads(logs.render_report("7", FAILED))
    assert (report["type"], report["record"]["status"]) == ("platform.report", "error")
    assert report["record"]["metrics"] == {"durationMs": 5012.5, "memorySizeMB": 256, "maxMemoryUsedMB": 81}
    quiet = FunctionLogs(JSON, "INFO", "WARN")
    assert (quiet.render_start("7", "3"), quiet.render_report("7", FAILED)) == ("", "")
