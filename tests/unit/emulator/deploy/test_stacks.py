"""Stacks are applied with progress, and each failure becomes one sentence."""

import io
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from emulator.deploy.errors import DemoError
from emulator.deploy.progress import Steps
from emulator.deploy.stacks import Stacks, Terraform, synthesize


def executable(
    tmp_path: Path, outputs: Mapping[str, str], exit_codes: Mapping[str, int], *, then: str = "pass"
) -> Path:
    """Return a program that answers `init` and `apply` with the given text and exit code, as Terraform would.

    After the text of `apply`, it runs `then`.
    """
    path = tmp_path / "terraform"
    program = [
        "#!/bin/sh",
        f"""''''exec "{sys.executable}" "$0" "$@" # '''""",  # for sh: its first line may hold no blank in a path
        "import sys",
        "command = sys.argv[1]",
        f"print({dict(outputs)!r}.get(command, ''), flush=True)",
        f"if command == 'apply': {then}",
        f"sys.exit({dict(exit_codes)!r}.get(command, 0))",
    ]
    path.write_text("\n".join(program))
    path.chmod(0o755)
    return path


def terraform(tmp_path: Path, *, exit_codes: Mapping[str, int] | None = None, **outputs: str) -> Terraform:
    return Terraform(executable(tmp_path, outputs, exit_codes or {}), {}, tmp_path / "commands.log")


QUIET = Steps(Console(quiet=True))


def event(kind: str, address: str, action: str = "create", identity: str = "") -> str:
    """Return Terraform's line about a resource that is planned, begun, or made with its id."""
    resource = {"addr": address}
    if kind == "planned_change":
        return json.dumps({"type": kind, "change": {"action": action, "resource": resource}})
    return json.dumps({"type": kind, "hook": {"action": action, "resource": resource, "id_value": identity}})


PLANNED = json.dumps({"type": "change_summary", "changes": {"operation": "plan"}})
OUTPUTS = {"type": "outputs", "outputs": {"Bucket": {"sensitive": False, "type": "string", "value": "logs"}}}


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Return a stack with two outputs, one of which is the id of a resource."""
    folder = tmp_path / "Stack"
    folder.mkdir()
    outputs = {"Bucket": {"value": "${aws_s3_bucket.b.bucket}"}, "Arn": {"value": "${aws_s3_bucket.b.arn}"}}
    (folder / "cdk.tf.json").write_text(json.dumps({"output": outputs}))
    return folder


def test_outputs_are_returned_and_the_step_ends(tmp_path: Path, stack: Path) -> None:
    """Lines that are not JSON are ignored, and logged like all others."""
    lines = "\n".join(["a warning", json.dumps(OUTPUTS)])
    console = Console(file=io.StringIO(), width=80)
    assert terraform(tmp_path, apply=lines).apply(stack, Steps(console)) == {"Bucket": "logs"}
    assert "a warning" in (tmp_path / "commands.log").read_text()
    assert isinstance(console.file, io.StringIO)
    assert re.fullmatch(r"Apply Stack: \d+\.\d s\n", console.file.getvalue())


def test_a_stack_is_usable_before_terraform_ends(tmp_path: Path, stack: Path) -> None:
    """It is usable if only resources are missing that nothing depends on; ids are outputs by then."""
    lines = [
        event("planned_change", "aws_s3_bucket.b"),
        event("planned_change", "aws_s3_bucket_lifecycle_configuration.l"),
        PLANNED,
        event("apply_complete", "aws_s3_bucket.b", identity="logs"),
    ]
    waiting = tmp_path / "waiting"
    os.mkfifo(waiting)
    program = executable(tmp_path, {"apply": "\n".join(lines)}, {}, then=f"open({str(waiting)!r}).read()")
    with Terraform(program, {}, tmp_path / "commands.log").begin(stack, QUIET) as apply:
        apply.wait_until_planned()
        assert apply.wait_until_usable() == {"Bucket": "logs"}
        waiting.write_text("go on")
        assert apply.wait_until_finished() == {}
        assert apply.wait_for_end_s() > 0


def test_terraform_ends_with_its_context(tmp_path: Path, stack: Path) -> None:
    """Ctrl-C, or an error elsewhere, ends an apply that is under way."""
    waiting = tmp_path / "waiting"
    os.mkfifo(waiting)
    program = executable(tmp_path, {"apply": PLANNED}, {}, then=f"open({str(waiting)!r}).read()")
    with Terraform(program, {}, tmp_path / "commands.log").begin(stack, QUIET) as apply:
        apply.wait_until_usable()
    with pytest.raises(DemoError, match="could not apply Stack"):
        apply.wait_until_finished()


def read_refusal(tmp_path: Path, terraform: Terraform) -> str:
    stack = tmp_path / "Stack"
    stack.mkdir()
    (stack / "cdk.tf.json").write_text("{}")
    with pytest.raises(DemoError) as caught:
        terraform.apply(stack, QUIET)
    return str(caught.value)


def test_a_provider_out_of_reach_is_explained(tmp_path: Path) -> None:
    """Usually, there is no network."""
    text = "│ Error: Failed to query available provider packages\n│\n│ could not connect to the registry"
    message = read_refusal(tmp_path, terraform(tmp_path, init=text, exit_codes={"init": 1}))
    assert message.startswith("Terraform cannot get the AWS provider: connect to the network, or put")
    assert "name its folder in TF_PLUGIN_MIRROR" in message
    assert "\n" not in message


def test_another_failure_of_init_gives_its_last_words(tmp_path: Path) -> None:
    """The message quotes the last line and names the log."""
    message = read_refusal(tmp_path, terraform(tmp_path, init="│ no such bucket.\n╵", exit_codes={"init": 1}))
    assert f"no such bucket (all of it in {tmp_path}/commands.log)." in message


def test_a_failed_apply_gives_its_first_error(tmp_path: Path) -> None:
    """Warnings before it, and errors after it, are only in the log."""
    events = [
        {"type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "old"}},
        {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "creating queue", "detail": "no\nway"}},
        {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "later"}},
    ]
    lines = "\n".join(map(json.dumps, events))
    message = read_refusal(tmp_path, terraform(tmp_path, apply=lines, exit_codes={"apply": 1}))
    assert "could not apply Stack: creating queue: no (all" in message


@pytest.mark.slow
def test_the_build_folder_is_made(tmp_path: Path) -> None:
    """A fresh clone has none, and the log of a wrong configuration needs it."""
    build_dir = tmp_path / "build" / "demo"
    with pytest.raises(DemoError, match=r"the stacks cannot be synthesized: .*STACK_NAME_SUFFIX"):
        synthesize(build_dir, {"STACK_NAME_SUFFIX": "no such environment"})
    assert "STACK_NAME_SUFFIX" in (build_dir / "commands.log").read_text()


def test_a_build_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """The message asks for another folder."""
    (tmp_path / "build").touch()
    with pytest.raises(DemoError, match=r"build/demo: the folder cannot be made \(Not a directory\); name another"):
        synthesize(tmp_path / "build" / "demo")


def test_suffixes_are_those_of_the_synthesized_notification(tmp_path: Path) -> None:
    """The demo reads them from the JSON that is deployed."""
    rules = [{"filter_suffix": ".log"}, {"filter_suffix": ".json"}]
    resources = {"aws_s3_bucket_notification": {"n": {"lambda_function": rules, "eventbridge": True}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    assert Stacks(tmp_path, tmp_path, tmp_path / "log").read_notification_suffixes() == [".json", ".log"]


def test_steps_are_lines_where_there_is_no_terminal() -> None:
    """A log file gets one line for each step that has ended, and none for one that failed."""
    console = Console(file=io.StringIO(), width=80)
    steps = Steps(console)
    with steps, steps.show("First") as step:
        step.update(1, 2)

    def fail() -> None:
        with steps, steps.show("Second"):
            raise DemoError("no")

    with pytest.raises(DemoError):
        fail()
    assert isinstance(console.file, io.StringIO)
    assert re.fullmatch(r"First: \d+\.\d s\n", console.file.getvalue())


def test_steps_are_bars_on_a_terminal() -> None:
    """The count is beside the bar."""
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with Steps(console) as steps, steps.show("Store the records") as step:
        step.update(5, 7)
        step.update(9, 7)
    assert isinstance(console.file, io.StringIO)
    assert "Store the records" in console.file.getvalue()
    assert "7/7" in console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_what_is_waited_for_leaves_room_for_the_counts(width: int) -> None:
    """A long name is cut at the console's edge; title, count and time are not."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    with Steps(console) as steps:
        steps.begin("Store the records").update(5, 7, "waits for s3_bucket_lifecycle_configuration.errors_lifecycle")
    assert isinstance(console.file, io.StringIO)
    line = next(line for line in reversed(console.file.getvalue().splitlines()) if "waits for" in line)
    assert "Store the records" in line
    assert "5/7" in line
    assert "0:00:0" in line
