"""The Makefile works in a clone at any path, and shows why an installation failed."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
DEEP = "a folder with blanks in its name, and so long that no kernel takes it as the path of an interpreter " * 2
PROGRAM = """#!/bin/sh
name=${0##*/}
case $* in '-m toolchain.packages '*) name=packages ;; '-m pip '*) name=editable ;; esac
echo "$name|$VIRTUAL_ENV|$*" >>"$CALLS"
test "$name" != "$BROKEN" || { mkdir -p node_modules && echo "$name error: the index says no" >&2 && exit 1; }
case $name$* in
python*'-m venv '*) mkdir -p "$3/bin" && for name in python pip npm; do cp "$0" "$3/bin/$name"; done ;;
pip*'install --quiet pipenv'*) cp "$0" "${0%/*}/pipenv" ;;
npm*--prefix*) mkdir -p "$3/node_modules" && touch "$3/node_modules/.package-lock.json" ;;
npm*) mkdir -p node_modules && touch node_modules/.package-lock.json ;;
esac
"""
"""Stands for every program of an installation: it notes how it is called, and makes what the real one makes."""

COMMANDS = ("install", "demo", "unit", "synth", "test", "second-opinion")


@dataclass(frozen=True)
class Checkout:
    """A clone, and where the programs of its installation note their calls."""

    folder: Path
    python: Path
    calls: Path

    def make(self, *arguments: str, broken: str = "nothing") -> "subprocess.CompletedProcess[str]":
        """Run make as a user does; the program named `broken` fails."""
        environ = {"PATH": os.environ["PATH"], "CALLS": str(self.calls), "BROKEN": broken}
        command = ["make", f"PYTHON={self.python}", *arguments]
        return subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Clone the project's last commit to a long path with blanks, with the Makefile of the work tree."""
    folder = tmp_path / DEEP / "check out"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", PROJECT.as_uri(), str(folder)], check=True)
    shutil.copy(PROJECT / "Makefile", folder / "Makefile")
    python = tmp_path / "py thon" / "python3.11"
    python.parent.mkdir()
    python.write_text(PROGRAM)
    python.chmod(0o755)
    return Checkout(folder, python, tmp_path / "calls")


def test_help_lists_every_command(checkout: Checkout) -> None:
    """Each command has a line of help."""
    said = checkout.make("help").stdout
    phony = next(line for line in (PROJECT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:"))
    assert {line.split()[0] for line in said.splitlines()} == set(phony.split()[1:])


def test_every_command_can_be_planned(checkout: Checkout) -> None:
    """`make -n` reads every recipe without an error."""
    finished = checkout.make("-n", "chaos", "fuzz", "lock", "clean", *COMMANDS, "LOGS=a b")
    assert finished.returncode == 0, finished.stderr


def test_an_installation_stays_in_its_checkout(checkout: Checkout) -> None:
    """The packages are installed by the environment's own Python, without pipenv; the second run installs nothing."""
    finished = checkout.make("install")
    assert finished.returncode == 0, finished.stderr
    calls = [line.split("|") for line in checkout.calls.read_text().splitlines()]
    assert [name for name, *_ in calls] == ["python3.11", "python3.11", "packages", "editable", "packages", "python"]
    asked = [arguments for name, _, arguments in calls if name == "packages"]
    assert asked == ["-m toolchain.packages default develop function", "-m toolchain.packages ops"]
    checkout.calls.unlink()
    assert checkout.make("install").returncode == 0
    assert checkout.calls.read_text().splitlines() == ["python||-m toolchain.terraform"]


def test_the_demo_begins_without_the_packages_of_ops(checkout: Checkout) -> None:
    """They are installed while it runs, so that its first minute does not grow with them; once."""
    for _ in range(2):
        assert checkout.make("demo").returncode == 0
    calls = [line.split("|")[2] for line in checkout.calls.read_text().splitlines()]
    demo, packages = "-m emulator.demo --build-dir build/demo", "-m toolchain.packages ops"
    assert (calls.count(demo), calls.count(packages)) == (2, 1)
    assert calls.index("-m toolchain.terraform") < calls.index(packages)


def test_the_demo_says_if_ops_cannot_be_installed(checkout: Checkout) -> None:
    """It runs to its end; then the installer's own words come, and what to do."""
    assert checkout.make("demo").returncode == 0
    (checkout.folder / "build" / "installed.ops").unlink()
    finished = checkout.make("demo", broken="packages")
    assert finished.returncode != 0
    assert "packages error: the index says no" in finished.stderr
    assert "then run 'make install' again." in finished.stderr


def test_the_tests_install_what_they_run_against(checkout: Checkout) -> None:
    """`make test` needs dynalite and s3rver, which no other command but `make second-opinion` installs."""
    asked = {name: "--prefix tests/second_opinion" in checkout.make("-n", name).stdout for name in COMMANDS}
    assert asked == {name: name in {"test", "second-opinion"} for name in COMMANDS}


def test_pipenv_comes_with_the_first_lock(checkout: Checkout) -> None:
    """It is told the whole path of the environment, whatever is in it, and is installed once."""
    for _ in range(2):
        assert checkout.make("lock").returncode == 0
    calls = [line.split("|") for line in checkout.calls.read_text().splitlines()]
    assert [environment for name, environment, _ in calls if name == "pipenv"] == 2 * [str(checkout.folder / ".venv")]
    assert len([arguments for _, _, arguments in calls if arguments.startswith("install --quiet pipenv==")]) == 1


def test_an_environment_without_pip_is_completed(checkout: Checkout) -> None:
    """An interrupted `make install` leaves one behind, with a Python in it."""
    checkout.make("install")
    (checkout.folder / ".venv/bin/pip").unlink()
    (checkout.folder / "build/installed").unlink()
    assert checkout.make("install").returncode == 0
    assert (checkout.folder / ".venv/bin/pip").exists()


@pytest.mark.parametrize(
    ("broken", "target", "remedy"),
    [
        ("packages", "install", "check the network and pip's index settings; then run 'make install' again."),
        ("packages", "fuzz", "check the network and pip's index settings; then run 'make install' again."),
        ("editable", "install", "check the network and pip's index settings; then run 'make install' again."),
        ("pip", "lock", "check the network and pip's index settings; then run 'make install' again."),
        ("npm", "synth", "check the network and npm's registry settings; then run the command again."),
        ("npm", "second-opinion", "check the network and npm's registry settings; then run the command again."),
    ],
)
def test_a_failed_installation_says_why(checkout: Checkout, broken: str, target: str, remedy: str) -> None:
    """The program's own words come first, then what to do; what is half made is not taken for whole."""
    for _ in range(2):
        finished = checkout.make(target, broken=broken)
        assert finished.returncode != 0
        assert f"{broken} error: the index says no" in finished.stderr
        assert remedy in finished.stderr


def test_another_python_is_refused(checkout: Checkout) -> None:
    """One sentence names it and the remedy."""
    checkout.python.write_text("#!/bin/sh\nexit 1\n")
    finished = checkout.make("install")
    assert f"Python 3.11 is needed and '{checkout.python}' is another version" in finished.stderr
    checkout.python.unlink()
    assert f"'{checkout.python}' is not on PATH" in checkout.make("install").stderr
