"""Synthesized stacks, made by `main.py`."""

import atexit
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.synthesizer import Synthesizer

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = frozenset(
    [
        *("STACK_NAME_SUFFIX", "REPOSITORY", "COMMIT_AUTHOR", "AWS_REGION"),
        *("STATE_BACKEND", "STATE_BUCKET", "STATE_REGION", "TF_WORKSPACE"),
    ]
)
TAGGING = {"REPOSITORY": "team/logs", "COMMIT_AUTHOR": "ann"}


@dataclass(frozen=True)
class Synthesized:
    """The output folder of one synth."""

    folder: Path

    def stack(self, stack_id: str) -> dict[str, Any]:
        text = (self.folder / "stacks" / stack_id / "cdk.tf.json").read_text()
        stack: dict[str, Any] = json.loads(text)
        return stack

    def files(self) -> dict[str, bytes]:
        paths = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}


def run_main(
    folder: Path, environ: Mapping[str, str], project: Path = PROJECT, program: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `python main.py` (or `python -c program`) with `environ` on top of a neutral environment."""
    return subprocess.run(
        [sys.executable, "-c", program] if program else [sys.executable, "main.py"],
        cwd=project,
        env=build_environment() | {"CDKTF_OUTDIR": str(folder), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def build_environment() -> dict[str, str]:
    """Return this process's environment without any setting of the stacks."""
    neutral = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return neutral | {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1"}


@cache
def start_synthesizer() -> Synthesizer:
    """Start the process that synthesizes this checkout, once; it ends with the tests."""
    synthesizer = Synthesizer(PROJECT, build_environment())
    atexit.register(synthesizer.close)
    return synthesizer


def synthesize(folder: Path, environ: Mapping[str, str]) -> Synthesized:
    """Synthesize this checkout with `environ` on top of a neutral environment, in a process that is kept."""
    sentence = start_synthesizer().run(build_environment() | {"CDKTF_OUTDIR": str(folder), **environ})
    assert sentence == ""
    return Synthesized(folder)


def synthesize_alone(folder: Path, environ: Mapping[str, str], project: Path = PROJECT) -> Synthesized:
    """Synthesize a project as its users do: `main.py` has a process of its own."""
    finished = run_main(folder, environ, project)
    assert finished.returncode == 0, finished.stderr
    return Synthesized(folder)


def synthesize_with(folder: Path, settings: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Synthesized:
    """Synthesize the project with these settings in its context."""
    context = json.loads((PROJECT / "cdktf.json").read_text("utf-8"))["context"] | settings
    return synthesize(folder, {"CDKTF_CONTEXT_JSON": json.dumps(context), **(environ or {})})


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """Synthesize the default environment, with the variables of the tags set."""
    return synthesize_alone(tmp_path_factory.mktemp("synth"), TAGGING)


@pytest.fixture(scope="session")
def tap_stack(synthesized: Synthesized) -> dict[str, Any]:
    return synthesized.stack("TapStackdev")


@pytest.fixture
def project_copy(synthesized: Synthesized, tmp_path: Path) -> Path:
    """Copy the project's sources to another folder, with the wheels of the layer that the first synth has kept."""
    assert synthesized.folder.is_dir()
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("stacks", "functions"):
        shutil.copytree(PROJECT / name, copy / name, ignore=ignored)
    for name in ("main.py", "cdktf.json", "Pipfile.lock", ".terraform.lock.hcl"):
        shutil.copy(PROJECT / name, copy / name)
    (copy / "build").mkdir()
    (copy / "build" / "layers").symlink_to(PROJECT / "build" / "layers")
    return copy
