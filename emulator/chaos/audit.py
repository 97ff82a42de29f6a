"""End a run with `ops audit`: what deployments in mid-object left behind is repaired, and then the account closes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from emulator.chaos.hidden import HIDDEN
from emulator.chaos.status import PROJECT_DIR

FAILED = "failed"
OF_DEPLOYS = frozenset({"mixed parsers", "mixed rules", "old parser"})
"""What an audit may find after a run that lost nothing: parsers were deployed in its middle."""
MAX_AUDIT_S = 1200.0
AUDIT = ("audit", "--deep", "--patience", "0m", "--json")
REPAIR = ("--repair", "--yes")
REPLAY = ("replay", "--again", "--yes", "--json")


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """What an audit finds wrong with an object, named `s3://bucket/key`: the kind of fault, and it in words."""

    name: str
    fault: str
    detail: str


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """What `ops audit --json` says: its exit code, what it finds, and its last words if it ends by an error."""

    code: int
    findings: tuple[AuditFinding, ...]
    error: str = ""


Ask = Callable[[tuple[str, ...]], AuditAnswer]


def audit_run(ask: Ask, wait: Callable[[], bool], prefix: str, failing: Collection[str]) -> list[str]:
    """Return the problems of a run whose objects' names begin with `prefix`; `failing` are those that have to fail.

    What was stored by the run's own route is replayed first: an audit reads by the routes of this project. The first
    audit may find the failing objects alone, and what deployments left; it repairs that. The second one has to close
    over all but the failing ones. `wait` waits for the work, and tells whether it ended.
    """
    replay = ask((*REPLAY, prefix + HIDDEN))
    problems = [f"replay exits with {replay.code}: {replay.error}"] if replay.code else []
    ended = wait()
    problems += find_surprises(ask((*AUDIT, *REPAIR, prefix)), failing)
    if not (wait() and ended):
        problems.append("audit: work is still under way after the repair")
    ignored = [word for name in sorted(failing) for word in ("--ignore", name.removeprefix("s3://").partition("/")[2])]
    closing = ask((*AUDIT, *ignored, prefix))
    problems += [f"audit after its repair: {one.name}: {one.fault}: {one.detail}" for one in closing.findings]
    if closing.code:
        problems.append(f"audit after its repair exits with {closing.code}, it should close: {closing.error}")
    return problems


def find_surprises(answer: AuditAnswer, failing: Collection[str]) -> Iterator[str]:
    """Yield what an audit finds that it should not, and what it does not find."""
    for one in answer.findings:
        if one.fault not in OF_DEPLOYS and (one.fault != FAILED or one.name not in failing):
            yield f"audit: {one.name}: {one.fault}: {one.detail}"
    failed = {one.name for one in answer.findings if one.fault == FAILED}
    yield from (f"audit: {name} has failed, and it does not say so" for name in sorted(set(failing) - failed))
    if answer.code != bool(answer.findings):
        yield f"audit exits with {answer.code} after {len(answer.findings)} findings: {answer.error}"


def ask_audit(arguments: tuple[str, ...], environment: Mapping[str, str]) -> AuditAnswer:
    """Run `ops` with the arguments as its users do, and return what it says and finds."""
    finished = subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        cwd=PROJECT_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=MAX_AUDIT_S,
        check=False,
    )
    answers = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    findings = tuple(AuditFinding(one["object"], one["fault"], one["detail"]) for one in answers if "fault" in one)
    return AuditAnswer(finished.returncode, findings, finished.stderr.strip().rpartition("\n")[2])
