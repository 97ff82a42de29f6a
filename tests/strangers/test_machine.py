"""The new user's machine has Python 3.11, make and git, and nothing that would help more; what is quick works on it."""

import json
from pathlib import Path

import pytest

from emulator.aws.local_aws import LocalAws
from tests.docs.pages import NotRun
from tests.docs.running import run
from tests.strangers.__main__ import main, take
from tests.strangers.machine import ABSENT, PROFILE, Machine, build
from tests.strangers.steps import SECOND, Step, steps, typed


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return build(tmp_path_factory.mktemp("strangers"))


def test_nothing_is_there_that_would_help(machine: Machine) -> None:
    """No Terraform, no Node.js, no AWS command line: what is needed of them has to come from the project."""
    for name in ABSENT:
        assert run([f"! command -v {name}"], machine.checkout, machine.environ, machine.checkout.parent).fault() is None


def test_a_bare_checkout_lists_its_commands(machine: Machine) -> None:
    """`make help` works before anything is installed, under a path with a blank and an apostrophe."""
    outcome = run(["python3.11 --version", "make help"], machine.checkout, machine.environ, machine.checkout.parent)
    assert outcome.fault() is None, outcome.output
    assert "demo" in outcome.output


def test_the_profile_leads_to_the_local_aws(tmp_path: Path) -> None:
    """`AWS_PROFILE` of the pages is all that a command needs to reach an account, here the local one."""
    with LocalAws() as aws:
        home = Path(build(tmp_path, aws=aws).environ["HOME"])
        text = (home / ".aws" / "config").read_text()
    assert f"[profile {PROFILE}]" in text
    assert aws.endpoint_url in text


def test_steps_are_the_blocks_that_are_left_to_them() -> None:
    """The README's come first; a command that is left out is in none; the demo of own logs is typed twice."""
    every = list(steps())
    assert every[0].place.startswith("README.md:")
    assert not [one for step in steps(["make"]) for one in step.commands if one.startswith("make")]
    for command in SECOND:
        assert sum(command in step.commands for step in every) == 2


def test_what_leaves_out_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that is mistyped would be tried for an hour all the same."""
    with pytest.raises(SystemExit):
        main(["--without", "make demo,make tset"])
    assert "argument --without: no command begins with 'make tset'" in capsys.readouterr().err


def test_options_stand_before_a_comment() -> None:
    """What the list adds to a command is not swallowed by the comment behind it."""
    entry = NotRun("README.md", "", "", append={"cdktf deploy": "--auto-approve"})
    assert typed("cdktf deploy TapStackdev   # the pipeline", entry) == "cdktf deploy TapStackdev --auto-approve"
    assert typed('ops status "s3://a/b#c"', entry) == 'ops status "s3://a/b#c"'


def test_what_goes_wrong_is_told(machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault with its page, every command in the table, and what stands behind a fault is tried all the same."""
    todo = [
        Step("README.md:1", ("export A=1",), ("test $A = 1", "exit 4", "true")),
        Step("docs/chaos.md:2", (), ("false",), exit_code=1),
    ]
    faults = list(take(machine, todo, tmp_path, tmp_path))
    assert len(faults) == 1
    assert faults[0].startswith("README.md:1: `exit 4` answered 4 in place of 0")
    shown = [line.split(maxsplit=2)[1:] for line in capsys.readouterr().out.splitlines()[1:]]
    assert shown == [["0", "test $A = 1"], ["4", "exit 4"], ["-", "true"], ["1", "false"]]
    rows = json.loads((tmp_path / "report.json").read_text())
    assert [row["exit_code"] for row in rows] == [0, 4, None, 1]
