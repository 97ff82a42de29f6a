"""Ask `ops status` about every object of a run, and judge its answers by what else is known."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
MAX_ASK_S = 600.0


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What `ops status --json` says of an object: its exit code, and the status of each version."""

    code: int
    statuses: Mapping[str, str]


def ask_statuses(names: Iterable[str], ledger: str, environment: Mapping[str, str]) -> dict[str, StatusAnswer]:
    """Return the answer for each of `names` (`s3://bucket/key`); one process asks about all of them."""
    finished = subprocess.run(
        [sys.executable, "-m", "emulator.chaos.ask_status", ledger],
        input="".join(json.dumps(name) + "\n" for name in names),
        cwd=PROJECT_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=MAX_ASK_S,
        check=True,
    )
    answers = map(json.loads, finished.stdout.splitlines())
    return {answer["name"]: _parse_answer(answer["code"], answer["output"]) for answer in answers}


def find_wrong_statuses(expected: Mapping[str, Mapping[str, bool]], answers: Mapping[str, StatusAnswer]) -> list[str]:
    """Return a problem for each wrong answer; `expected` says of each object's versions whether they are whole.

    The exit code is 0 if every version is whole, else 1; only a whole version is `done`.
    """
    problems = []
    for name, versions in expected.items():
        answer = answers.get(name, StatusAnswer(-1, {}))
        code = int(not all(versions.values()))
        if answer.code != code:
            problems.append(f"{name}: ops status exits with {answer.code}, it should exit with {code}")
        done = {version for version, status in answer.statuses.items() if status == "done"}
        if done != {version for version, is_whole in versions.items() if is_whole}:
            problems.append(f"{name}: ops status calls its versions {dict(answer.statuses)}")
    return problems


def _parse_answer(code: int, output: str) -> StatusAnswer:
    accounts = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return StatusAnswer(code, {account["version"]: account["status"] for account in accounts})
