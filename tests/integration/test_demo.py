"""The demo from end to end: real Terraform, the deployed zip, every record accounted for, nothing left running."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator.demo.screen import list_next_steps
from emulator.interrupt import STOPPED
from emulator.samples.objects import LARGE_LINES, make_samples
from emulator.verify.source_bytes import read_stream
from tests.integration.demo_process import (
    LOOK,
    PROJECT_DIR,
    descendants,
    ended,
    lines_until,
    started,
    still_there,
)
from tests.integration.operations import CHECKS, Answer, ask_questions, read_questions

pytestmark = pytest.mark.integration

DAMAGED = "damaged/cut-off.log.gz"
NO_LOG = "uploads/holiday+photo.log"
COMMANDS = 6
"""The file to source, and five commands to try."""


MetricName = tuple[str, str, frozenset[str]]
"""A metric by its namespace, its name and the names of its dimensions."""
UNLESS_IT_HAPPENS = {"DeadLetterErrors", "RecursiveInvocationsDropped", "WriteThrottleEvents"}
"""What AWS reports only where it happens, and a demo without fault does not let happen."""
LIST_METRICS = """
import json, boto3
pages = boto3.client("cloudwatch").get_paginator("list_metrics").paginate()
print(json.dumps([one for page in pages for one in page["Metrics"]]))
"""


@dataclass(frozen=True)
class Finished:
    """What one run with the samples left: its folder, output, processes, trials, answers, and metrics in CloudWatch."""

    build_dir: Path
    output: str
    children: set[tuple[int, str]]
    trials: list["subprocess.CompletedProcess[str]"]
    answers: dict[str, Answer]
    metrics: set[MetricName]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Run the demo with the samples, try what its last screen says while it stays, and then interrupt it."""
    build_dir = tmp_path_factory.mktemp("demo")
    with ended(started(build_dir, "--keep", "1")) as process:
        output = lines_until(process.stdout, "Upload")
        children = descendants(process.pid)
        output += lines_until(process.stdout, "Try it in another terminal")
        shown = [line for _, line in zip(range(COMMANDS * 2), process.stdout or (), strict=False)]
        source, *commands = [line.strip() for line in shown[::2]]
        answers = ask_questions(build_dir)
        trials = [type_in_shell(f"{source} && {command}") for command in commands]
        listed = json.loads(type_in_shell(f"{source} && python -c {shlex.quote(LIST_METRICS)}").stdout)
        metrics = {name_metric(one["Namespace"], one["MetricName"], one["Dimensions"]) for one in listed}
        last = lines_until(process.stdout, LOOK).splitlines()[-1]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
        output += "".join(shown) + last + rest
        assert process.returncode == 0, errors + output
    return Finished(build_dir, output, children, trials, answers, metrics)


def name_metric(namespace: str, name: str, dimensions: list[dict[str, str]]) -> MetricName:
    return namespace, name, frozenset(one["Name"] for one in dimensions)


def list_named_metrics(build_dir: Path) -> Iterator[MetricName]:
    """Yield the metrics that alarms and the dashboard of the synthesized stack name."""
    (path,) = build_dir.rglob("TapStackdev/cdk.tf.json")
    resources = json.loads(path.read_text("utf-8"))["resource"]
    for alarm in resources["aws_cloudwatch_metric_alarm"].values():
        queries = [one["metric"] for one in alarm.get("metric_query", ()) if "metric" in one]
        for one in queries or [alarm]:
            yield one["namespace"], one["metric_name"], frozenset(one["dimensions"])
    for dashboard in resources["aws_cloudwatch_dashboard"].values():
        for widget in json.loads(dashboard["dashboard_body"])["widgets"]:
            for series in widget["properties"].get("metrics", ()):
                if isinstance(series[0], str):
                    yield series[0], series[1], frozenset(series[2:-1:2])


def type_in_shell(command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-euc", command], cwd=PROJECT_DIR, capture_output=True, text=True, check=False, timeout=180
    )


@pytest.fixture(scope="module")
def totals(finished: Finished) -> dict[str, Any]:
    return dict(json.loads((finished.build_dir / "report.json").read_text()))


def test_nothing_is_lost_or_doubled(totals: dict[str, Any]) -> None:
    """The account that reads the files independently finds each record in the table exactly once."""
    assert (totals["lost"], totals["duplicates"], totals["wrong"], totals["unsettled"]) == (0, 0, 0, 0)
    assert totals["objects"] == len(make_samples(large_lines=1))


def test_the_ledger_adds_up(totals: dict[str, Any], finished: Finished) -> None:
    """Every record read is stored, filtered or rejected, and there are as many as the files hold lines."""
    assert totals["records_read"] == totals["stored"] + totals["filtered"] + totals["rejected"]
    logs = finished.build_dir / "logs"
    streams = [read_stream(path) for path in logs.rglob("*") if path.is_file() and path.name != Path(NO_LOG).name]
    assert LARGE_LINES < totals["records_read"] <= sum(stream.content.count(b"\n") for stream in streams)


def test_damaged_objects_are_dead_lettered_and_archived_once(totals: dict[str, Any], finished: Finished) -> None:
    """The damaged object and the one that is no log, and no other, however often they were tried.

    Before and after it is said that they are damaged on purpose, and where each is kept.
    """
    assert (totals["dead_letters"], totals["archived"]) == (2, 2)
    assert [entry["key"] for entry in totals["unreadable"]] == [DAMAGED, NO_LOG]
    before, _, after = finished.output.partition("One record, as it stands in the table")
    count = len(make_samples(large_lines=1))
    assert f"2 of the {count} samples are damaged on purpose" in before
    assert f"{count - 2} of {count} files are stored: each of their records stands in the table exactly once." in after
    assert "2 could not be read (damaged on purpose): their lines are NOT in the table." in after
    for entry in totals["unreadable"]:
        assert f"/{entry['key']}/" in entry["kept_as"]
        assert after.count(f"  {entry['key']} (") == 1


def test_the_last_line_is_an_address(finished: Finished) -> None:
    """It is that of the pages, and nobody answers there after the demo has ended."""
    (line,) = [line for line in finished.output.splitlines() if line.startswith(LOOK)]
    address = urlsplit(line.removeprefix(LOOK).strip())
    assert (address.hostname, address.query.partition("=")[0]) == ("127.0.0.1", "token")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", address.port or 0))


def test_the_report_is_one_file(finished: Finished) -> None:
    """It has the figures of the ledger and the records of the last hour; CI keeps it."""
    text = (finished.build_dir / "report.html").read_text("utf-8")
    assert {"Now", "Search", "Object"} <= set(re.findall(r'<h2 id="[a-z]+">([^<]+)</h2>', text))
    assert text.count('class="level level-') >= 100
    assert 'role="alert"' not in text


def test_every_trial_works_while_it_stays(finished: Finished) -> None:
    """What the last screen says to type in another terminal answers 0, and the whole ends with 0 when it is ended."""
    assert len(finished.trials) == COMMANDS - 1
    status, *others = finished.trials
    assert status.returncode == 1, "two samples have failed, on purpose"
    for trial in others:
        assert (trial.returncode, bool(trial.stdout)) == (0, True), f"{trial.args[-1]}: {trial.stderr}"
    assert {line[0] for line in others[0].stdout.splitlines() if line != "--"} == {">", " "}
    assert "18 columns" in others[-1].stdout
    assert finished.output.endswith(f"{STOPPED}\n")
    assert not (finished.build_dir / "aws.sh").exists()


@pytest.mark.parametrize("question", CHECKS)
def test_operators_are_answered_truly(question: str, finished: Finished) -> None:
    """What docs/operations.md says to type gives the figures of the source files, which code of its own computes."""
    answer = finished.answers[question]
    assert "error: " not in answer.said
    CHECKS[question](answer)


def test_every_question_is_checked() -> None:
    """A question of the page has a check, and a check a question."""
    assert read_questions().keys() == CHECKS.keys()


def test_only_the_damaged_samples_ring(totals: dict[str, Any]) -> None:
    """Two samples that fail in every attempt make letters, failed invocations and a missed objective, and no more."""
    rang = {name.removeprefix("tap-serverless-dev-") for name in totals["alarms"]}
    assert {"dead-letters", "objective"} <= rang <= {"dead-letters", "objective", "errors"}


def test_cloudwatch_has_every_metric_that_is_named(finished: Finished) -> None:
    """Alarms and the dashboard name nothing that no service reports: only what did not happen is not there."""
    named = set(list_named_metrics(finished.build_dir))
    assert len({namespace for namespace, _, _ in named}) == 4
    assert {name for _, name, _ in named - finished.metrics} <= UNLESS_IT_HAPPENS


def test_every_next_step_works_at_once(finished: Finished) -> None:
    """What the last screen says if it does not stay, in the project's folder; what `make` is given to read is there."""
    commands = [shlex.split(command) for command, _ in list_next_steps(finished.build_dir, None)]
    assert [command[0] for command in commands] == [".venv/bin/ops", "make", "cat", "ls", "cat"]
    for command in commands:
        if command[0] == "make":
            assert list(Path(command[-1].removeprefix("LOGS=")).iterdir())
        else:
            run = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
            assert (run.returncode, bool(run.stdout)) == (0, True), run.stderr


def test_the_times_are_told(totals: dict[str, Any]) -> None:
    """Seconds of each phase."""
    assert list(totals["seconds"]) == ["setup", "apply", "ingest"]
    assert all(seconds > 0 for seconds in totals["seconds"].values())


def test_the_price_is_told_both_ways(totals: dict[str, Any], finished: Finished) -> None:
    """Packs cost a small part of records; the last screen says which of them the run was."""
    records, packs = totals["prices"]["records"], totals["prices"]["packs"]
    assert records["dollars_once"] > 20 * packs["dollars_once"] > 0
    assert "DynamoDB would have cost, as records $" in finished.output
    assert "(this run: records)" in finished.output


def test_no_process_is_left(finished: Finished) -> None:
    """The local AWS ran children, and all of them are gone."""
    children = finished.children
    assert children
    assert [child for child in children if still_there(child)] == []


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    """An interruption while both stacks are applied: one line, exit code 130, no process left."""
    with ended(started(tmp_path)) as process:
        lines_until(process.stdout, "The AWS provider now watches")
        children = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == f"{STOPPED}\n"
    assert [child for child in children if still_there(child)] == []


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    """It names the port and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with ended(started(tmp_path, "--port", port)) as process:
            _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("error: ")
    assert port in errors
    assert errors.count("\n") == 1


def test_a_provider_out_of_reach_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty mirror and no network are the same to Terraform."""
    (tmp_path / "mirror" / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    monkeypatch.setenv("TF_PLUGIN_MIRROR", str(tmp_path / "mirror"))
    with ended(started(tmp_path / "build")) as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("error: Terraform cannot get the AWS provider")
    assert os.linesep not in errors.rstrip(os.linesep)
