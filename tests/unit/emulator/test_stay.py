"""A local AWS that stays is one a folder, says how to reach it, and ends in order however its terminal ends it."""

import os
import pty
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from emulator.aws.local_aws import ACCOUNT_ID, REGION
from emulator.deploy.errors import DemoError
from emulator.deploy.stacks import PROJECT_DIR
from emulator.interrupt import STOPPED
from emulator.stay import OVERRIDING, build_shell_text, claim
from emulator.terminal import is_attended

CTRL_C = b"\x03"
AT_TERMINAL = 'exec python -m emulator "$@" <> "$0" >&0 2>&0'
"""The first terminal that a session's leader opens is the one whose keys interrupt it."""


@dataclass(frozen=True)
class AtTerminal:
    """A local AWS that is the foreground process of a terminal of its own, whose other end is `terminal`."""

    process: "subprocess.Popen[bytes]"
    terminal: int
    build_dir: Path

    def read_until(self, text: str) -> str:
        """Read what is written to the terminal, up to `text`."""
        found = ""
        while text not in found:
            found += os.read(self.terminal, 4096).decode()
        return found

    def read_rest(self) -> str:
        """Read until the last process has closed the terminal, which Linux tells by an error."""
        found = b""
        with suppress(OSError):
            while part := os.read(self.terminal, 4096):
                found += part
        return found.decode()

    def list_left(self) -> list[str]:
        """Return what is left of the files that only a running AWS has."""
        return [name for name in ("aws.sh", "scratch") if (self.build_dir / name).exists()]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[AtTerminal]:
    """Start `python -m emulator` at a terminal, and end it with the test."""
    program_end = os.ttyname((ends := pty.openpty())[1])
    process = subprocess.Popen(
        ["bash", "-c", AT_TERMINAL, program_end, "--build-dir", str(tmp_path), "--port", "0"],
        cwd=PROJECT_DIR,
        env=os.environ | {"COLUMNS": "120", "TERM": "dumb", "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}"},
        start_new_session=True,
    )
    started = AtTerminal(process, ends[0], tmp_path)
    started.read_until("ops outputs")
    os.close(ends[1])
    yield started
    process.kill()
    process.wait()


@pytest.mark.server
def test_ctrl_c_ends_it_and_leaves_nothing(running: AtTerminal) -> None:
    """One key, one line, exit code 0."""
    assert running.list_left() == ["aws.sh", "scratch"]
    os.write(running.terminal, CTRL_C)
    assert running.read_rest().splitlines()[-1].removeprefix("^C") == STOPPED
    assert (running.process.wait(), running.list_left()) == (0, [])


@pytest.mark.server
def test_a_closed_terminal_ends_it_and_leaves_nothing(running: AtTerminal) -> None:
    """The window was closed: nobody can read a line, and nothing is left either."""
    os.close(running.terminal)
    running.process.wait()
    assert running.list_left() == []


@pytest.mark.server
def test_a_second_one_is_refused_until_the_first_is_gone(running: AtTerminal) -> None:
    """The sentence names the folder and the process; one that was killed keeps nobody out, and its rest is removed."""
    with pytest.raises(DemoError) as refused, claim(running.build_dir):
        pytest.fail("the folder is held")
    assert f"process {running.process.pid}: use it, or end it" in str(refused.value)
    running.process.kill()
    running.process.wait()
    assert running.list_left() == ["aws.sh", "scratch"]
    with claim(running.build_dir):
        assert list((running.build_dir / "scratch").iterdir()) == []
    assert running.list_left() == []


@pytest.mark.server
def test_tools_find_it_through_the_shell_file(running: AtTerminal) -> None:
    """boto3 in a shell that had another account's profile and region reaches the local AWS."""
    ask = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'], boto3.Session().region_name)"
    script = f'source "$1" && python -c "{ask}"'
    mine = {"AWS_PROFILE": "my-account", "AWS_REGION": "eu-west-1", "PATH": os.environ["PATH"]}
    asked = subprocess.run(
        ["bash", "-euc", script, "-", str(running.build_dir / "aws.sh")],
        env=mine,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.split() == [ACCOUNT_ID, REGION]


@pytest.mark.server
def test_a_used_port_is_one_sentence(tmp_path: Path) -> None:
    """It names the port, and says to choose another one."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "emulator", "--build-dir", str(tmp_path), "--port", port]
        ended = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"error: port {port} on 127.0.0.1 is in use: choose another one, or 0 for any free one\n"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """It names the folder, the reason and the option."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(DemoError, match=r"file/build: .* \(Not a directory\); name another one as --build-dir"),
        claim(tmp_path / "file" / "build"),
    ):
        pytest.fail("there is no folder")


def test_no_variable_of_the_shell_leads_elsewhere() -> None:
    """What would override the file's variables is unset before they are set, and values are quoted."""
    lines = build_shell_text({"STACK_NAME_SUFFIX": "a b"}).splitlines()
    assert set(lines[0].split()) == {"unset", *OVERRIDING}
    assert lines[1] == "export STACK_NAME_SUFFIX='a b'"


@pytest.mark.parametrize(
    ("terminal", "ci", "attended"),
    [(True, "", True), (True, "false", True), (True, "true", False), (True, "1", False), (False, "", False)],
)
def test_a_demo_stays_where_somebody_reads(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, ci: str, attended: bool
) -> None:
    """At a terminal, unless the machine says that it builds."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert is_attended({"CI": ci}) == attended
