"""The stacks are applied with progress, and what goes wrong becomes one sentence."""

import io
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from emulator.deploy.errors import DemoError
from emulator.deploy.progress import Step, Steps
from emulator.deploy.stacks import Stacks, Terraform, synthesize


def executable(tmp_path: Path, outputs: Mapping[str, str], exit_codes: Mapping[str, int]) -> Path:
    """A program that answers `init` and `apply` with the given text and exit code, as Terraform would."""
    path = tmp_path / "terraform"
    path.write_text(
        f"#!{sys.executable}\nimport sys\ncommand = sys.argv[1]\n"
        f"print({dict(outputs)!r}.get(command, ''))\nsys.exit({dict(exit_codes)!r}.get(command, 0))\n"
    )
    path.chmod(0o755)
    return path


def terraform(tmp_path: Path, *, exit_codes: Mapping[str, int] | None = None, **outputs: str) -> Terraform:
    return Terraform(executable(tmp_path, outputs, exit_codes or {}), {}, tmp_path / "commands.log")


class Seen(Step):
    """A step that remembers how it was moved."""

    def __init__(self) -> None:
        self.moves: list[tuple[int, int]] = []

    def update(self, completed: int, total: int) -> None:
        self.moves.append((completed, total))


def test_resources_move_the_step_and_outputs_are_returned(tmp_path: Path) -> None:
    """Data sources and resources that stay as they are do not count; lines that are no JSON are passed over."""
    events = [
        {"type": "planned_change", "change": {"action": "create"}},
        {"type": "planned_change", "change": {"action": "create"}},
        {"type": "planned_change", "change": {"action": "noop"}},
        {"type": "apply_complete", "hook": {"action": "read"}},
        {"type": "apply_complete", "hook": {"action": "create"}},
        {"type": "apply_complete", "hook": {"action": "create"}},
        {"type": "outputs", "outputs": {"Bucket": {"sensitive": False, "type": "string", "value": "logs"}}},
    ]
    lines = "\n".join(["a warning", *map(json.dumps, events)])
    step = Seen()
    assert terraform(tmp_path, apply=lines).apply(tmp_path, step) == {"Bucket": "logs"}
    assert step.moves[-1] == (2, 2)
    assert "a warning" in (tmp_path / "commands.log").read_text()


def refused(tmp_path: Path, terraform: Terraform) -> str:
    with pytest.raises(DemoError) as caught:
        terraform.apply(tmp_path, Seen())
    return str(caught.value)


def test_a_provider_out_of_reach_is_explained(tmp_path: Path) -> None:
    """The usual cause is that there is no network."""
    text = "│ Error: Failed to query available provider packages\n│\n│ could not connect to the registry"
    message = refused(tmp_path, terraform(tmp_path, init=text, exit_codes={"init": 1}))
    assert message.startswith("Terraform cannot get the AWS provider: connect to the network, or put")
    assert "\n" not in message


def test_another_failure_of_init_gives_its_last_words(tmp_path: Path) -> None:
    """What is not known is quoted, with the place of the rest."""
    message = refused(tmp_path, terraform(tmp_path, init="│ no such bucket.\n╵", exit_codes={"init": 1}))
    assert f"no such bucket (all of it in {tmp_path}/commands.log)." in message


def test_a_failed_apply_gives_its_first_error(tmp_path: Path) -> None:
    """Warnings before it and errors that follow from it stay in the log."""
    events = [
        {"type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "old"}},
        {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "creating queue", "detail": "no\nway"}},
        {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "later"}},
    ]
    lines = "\n".join(map(json.dumps, events))
    message = refused(tmp_path, terraform(tmp_path, apply=lines, exit_codes={"apply": 1}))
    assert f"could not apply {tmp_path.name}: creating queue: no (all" in message


def test_the_build_folder_is_made(tmp_path: Path) -> None:
    """A fresh clone has none: what is wrong with a configuration is said, and its log is kept there."""
    build_dir = tmp_path / "build" / "demo"
    with pytest.raises(DemoError, match=r"the stacks cannot be synthesized: .*STACK_NAME_SUFFIX"):
        synthesize(build_dir, {"STACK_NAME_SUFFIX": "no such environment"})
    assert "STACK_NAME_SUFFIX" in (build_dir / "commands.log").read_text()


def test_a_build_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """The remedy is another folder."""
    (tmp_path / "build").touch()
    with pytest.raises(DemoError, match=r"build/demo: the folder cannot be made \(Not a directory\); name another"):
        synthesize(tmp_path / "build" / "demo")


def test_suffixes_are_those_of_the_synthesized_notification(tmp_path: Path) -> None:
    """The demo sees the JSON only, as the deployed bucket will."""
    rules = [{"filter_suffix": ".log"}, {"filter_suffix": ".json"}]
    resources = {"aws_s3_bucket_notification": {"n": {"lambda_function": rules, "eventbridge": True}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    assert Stacks(tmp_path, tmp_path, tmp_path / "log").notification_suffixes() == [".json", ".log"]


def test_steps_are_lines_where_there_is_no_terminal() -> None:
    """A log file gets one line a finished step and none for a step that failed."""
    console = Console(file=io.StringIO(), width=80)
    steps = Steps(console)
    with steps, steps.step("First") as step:
        step.update(1, 2)

    def fail() -> None:
        with steps, steps.step("Second"):
            raise DemoError("no")

    with pytest.raises(DemoError):
        fail()
    assert isinstance(console.file, io.StringIO)
    assert re.fullmatch(r"First: \d+\.\d s\n", console.file.getvalue())


def test_steps_are_bars_on_a_terminal() -> None:
    """The count of what is done stands beside the bar."""
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with Steps(console) as steps, steps.step("Store the records") as step:
        step.update(5, 7)
        step.update(9, 7)
    assert isinstance(console.file, io.StringIO)
    assert "Store the records" in console.file.getvalue()
    assert "7/7" in console.file.getvalue()
