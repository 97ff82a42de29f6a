"""The locked packages are installed by uv, by pip where uv cannot, and never from a file with another hash."""

import base64
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
UV = Path(sys.prefix) / "bin" / "uv"
OTHER_HASH = "sha256:" + 64 * "0"
PIP_TOOK_OVER = "uv could not install the packages, for the reason above: pip does it, which takes a minute or two."

pytestmark = pytest.mark.slow
real_uv = pytest.mark.skipif(not UV.is_file(), reason=f"{UV} is missing: 'make install' could not install uv here")


@dataclass(frozen=True)
class Bare:
    """A checkout with an environment that holds pip alone, and a folder of wheels in place of an index."""

    checkout: Path
    wheels: Path

    @property
    def python(self) -> Path:
        return self.checkout / ".venv" / "bin" / "python"

    def add_wheel(self, name: str, files: dict[str, str]) -> str:
        """Write version 1.0 of the package `name` and return the hash of its file."""
        information = f"{name}-1.0.dist-info"
        files = files | {
            f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        rows = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in files.items()]
        wheel = self.wheels / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in files.items():
                member = zipfile.ZipInfo(path)
                member.external_attr = (stat.S_IFREG | 0o755) << 16
                archive.writestr(member, text)
            archive.writestr(f"{information}/RECORD", "\n".join([*rows, f"{information}/RECORD,,", ""]))
        return "sha256:" + hashlib.sha256(wheel.read_bytes()).hexdigest()

    def add_uv(self, script: str) -> str:
        """Write a uv that is a shell script, and return the hash of its wheel."""
        return self.add_wheel("uv", {"uv-1.0.data/scripts/uv": f"#!/bin/sh\n{script}\n"})

    def lock(self, **sections: dict[str, str]) -> None:
        """Write the lock: the name and the hash of each package of a section."""
        pins = {
            section: {name: {"hashes": [digest], "version": "==1.0"} for name, digest in packages.items()}
            for section, packages in sections.items()
        }
        (self.checkout / "Pipfile.lock").write_text(json.dumps(pins))

    def install(self, sections: Sequence[str] = ("default",)) -> "subprocess.CompletedProcess[str]":
        """Install the packages of `sections` as the Makefile does; pip's settings name the folder of wheels."""
        config = self.checkout / "pip.conf"
        config.write_text(f"[global]\nquiet = 1\nno-index = true\nfind-links = {self.wheels}\n")
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.checkout), "PIP_CONFIG_FILE": str(config)}
        command = [str(self.python), "-m", "toolchain.packages", *sections]
        return subprocess.run(command, cwd=self.checkout, env=environ, capture_output=True, text=True, check=False)

    def installed(self) -> set[str]:
        """Return the modules that tests put into the environment."""
        return {path.stem for path in self.checkout.glob(".venv/lib/python3.11/site-packages/*_of_test.py")}


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment with pip once, to be copied."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


@pytest.fixture
def bare(environment: Path, tmp_path: Path) -> Bare:
    """Make the checkout, under a path with a blank."""
    place = Bare(tmp_path / "check out", tmp_path / "wheels")
    place.wheels.mkdir()
    shutil.copytree(environment, place.checkout / ".venv", symlinks=True)
    shutil.copytree(PROJECT / "toolchain", place.checkout / "toolchain")
    return place


@real_uv
def test_uv_installs_what_is_locked(bare: Bare) -> None:
    """Every package of the sections that are asked for, once, and none of the others."""
    first, second, third = (
        {name: bare.add_wheel(name, {f"{name}_of_test.py": ""})} for name in ("first", "second", "third")
    )
    uv = bare.add_uv(f'exec "{UV}" "$@"')
    bare.lock(default=first, develop=first | second, other=third, installer={"uv": uv})
    finished = bare.install(["default", "develop"])
    assert finished.returncode == 0, finished.stderr
    assert bare.installed() == {"first_of_test", "second_of_test"}
    assert "2 packages" in finished.stderr
    assert PIP_TOOK_OVER not in finished.stderr


@real_uv
def test_uv_refuses_a_file_with_another_hash(bare: Bare) -> None:
    """The mismatch is the end: pip is not asked, and nothing is installed."""
    first = bare.add_wheel("first", {"first_of_test.py": ""})
    bare.add_wheel("second", {"second_of_test.py": ""})
    uv = bare.add_uv(f'exec "{UV}" "$@"')
    bare.lock(default={"first": first, "second": OTHER_HASH}, installer={"uv": uv})
    finished = bare.install()
    assert finished.returncode == 1
    assert "Hash mismatch for `second==1.0`" in finished.stderr
    assert "error: a file is not the one that Pipfile.lock names" in finished.stderr
    assert PIP_TOOK_OVER not in finished.stderr
    assert bare.installed() == set()


def test_a_uv_with_another_hash_is_refused(bare: Bare) -> None:
    """It is not run, and pip does not go on without it."""
    first = bare.add_wheel("first", {"first_of_test.py": ""})
    bare.add_uv("touch ran")
    bare.lock(default={"first": first}, installer={"uv": OTHER_HASH})
    finished = bare.install()
    assert finished.returncode == 1
    assert "error: a file is not the one that Pipfile.lock names" in finished.stderr
    assert bare.installed() == set()
    assert not (bare.checkout / "ran").exists()


@pytest.mark.parametrize("uv", [None, "echo 'error: no such index' >&2; exit 2", "kill -9 $$"])
def test_pip_installs_where_uv_cannot(bare: Bare, uv: str | None) -> None:
    """Without a uv for this machine, or with one that fails, in one sentence and with the same hashes."""
    first = bare.add_wheel("first", {"first_of_test.py": ""})
    bare.lock(default={"first": first}, installer={"uv": bare.add_uv(uv) if uv else OTHER_HASH})
    finished = bare.install()
    assert finished.returncode == 0, finished.stderr
    assert PIP_TOOK_OVER in finished.stderr
    assert ("error: no such index" in finished.stderr) == (uv is not None and "index" in uv)
    assert bare.installed() == {"first_of_test"}


def test_pip_refuses_a_file_with_another_hash(bare: Bare) -> None:
    """What takes over checks as much as what failed."""
    bare.add_wheel("first", {"first_of_test.py": ""})
    bare.lock(default={"first": OTHER_HASH}, installer={"uv": bare.add_uv("exit 2")})
    finished = bare.install()
    assert finished.returncode == 1
    assert PIP_TOOK_OVER in finished.stderr
    assert "error: a file is not the one that Pipfile.lock names" in finished.stderr
    assert bare.installed() == set()


def test_a_package_that_is_nowhere_fails(bare: Bare) -> None:
    """The reason is pip's own."""
    bare.lock(default={"first": OTHER_HASH}, installer={"uv": OTHER_HASH})
    finished = bare.install()
    assert finished.returncode == 1
    assert "No matching distribution found for first==1.0" in finished.stderr


@pytest.mark.parametrize(
    ("lock", "sentence"),
    [
        ('{"installer": {}}', "Pipfile.lock has no section 'default': take the committed one, or run 'make lock'"),
        ('{"default": {"a": {"version": "==1.0"}}, "installer": {}}', "Pipfile.lock has no hash of a: take the"),
        ('{"default": {"a": {"path": "."}}, "installer": {}}', "Pipfile.lock has no version of a: take the"),
        ("<<<<<<< HEAD", "Pipfile.lock is not JSON (line 1): take the committed one, or run 'make lock'"),
    ],
)
def test_a_broken_lock_is_told(bare: Bare, lock: str, sentence: str) -> None:
    """One sentence names the file, what is wrong with it, and the remedy."""
    (bare.checkout / "Pipfile.lock").write_text(lock)
    finished = bare.install()
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"error: {sentence}")
    assert finished.stderr.count("\n") == 1
