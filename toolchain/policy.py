"""Check the Terraform JSON of every environment by checkov's rules: `python -m toolchain.policy`."""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
CHECKOV = PROJECT / "build" / "policy" / "bin" / "checkov"
SKIPS = Path(__file__).with_name("policy.toml")
CHECKED = ("resource", "data", "provider")
"""The blocks that are checked; checkov cannot parse `terraform` in JSON."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A check that need not pass: for resources with `resource` in their names, and without the setting `unless`."""

    check: str
    reason: str
    resource: str = ""
    unless: str = ""

    def covers(self, failure: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
        """Tell whether a failure, in an environment with these settings, is skipped."""
        is_named = failure["check_id"] == self.check and self.resource in failure["resource"]
        return is_named and not settings.get(self.unless)


def read_skips(path: Path = SKIPS) -> list[Skip]:
    """Return the skipped checks with their reasons."""
    return [Skip(**one) for one in tomllib.loads(path.read_text("utf-8"))["skip"]]


def judge(failures: Iterable[Mapping[str, Any]], settings: Mapping[str, Any], skips: Sequence[Skip]) -> list[str]:
    """Return a line for each failure that is not skipped, sorted."""
    return sorted(
        f"{failure['check_id']} {failure['resource']}: {failure['check_name']}"
        for failure in failures
        if not any(skip.covers(failure, settings) for skip in skips)
    )


def list_environments() -> dict[str, dict[str, Any]]:
    """Return the settings of each environment that cdktf.json names, those of all included."""
    context = json.loads((PROJECT / "cdktf.json").read_text("utf-8"))["context"]
    return {suffix: context | own for suffix, own in context["environments"].items()}


def main() -> int:
    """Print what fails in each environment, and return 1 if something does."""
    skips, unused, failed = read_skips(), set(read_skips()), False
    for environment, settings in list_environments().items():
        failures = find_failures(environment)
        lines = judge(failures, settings, skips)
        unused -= {skip for skip in skips for failure in failures if skip.covers(failure, settings)}
        failed |= bool(lines)
        sys.stdout.write(f"{environment}: {f'{len(lines)} checks fail' if lines else 'every check passes'}\n")
        sys.stdout.writelines(f"  {line}\n" for line in lines)
    sys.stdout.writelines(f"{SKIPS.name} skips {skip.check}, which passes: remove it\n" for skip in unused)
    return int(failed or bool(unused))


def find_failures(environment: str) -> list[dict[str, Any]]:
    """Return the failed checks of both stacks of an environment."""
    with tempfile.TemporaryDirectory() as scratch:
        out, checked = Path(scratch) / "out", Path(scratch) / "checked"
        environ = os.environ | {"STACK_NAME_SUFFIX": environment, "CDKTF_OUTDIR": str(out), "STATE_BACKEND": "s3"}
        subprocess.run([sys.executable, "main.py"], cwd=PROJECT, env=environ, check=True)
        checked.mkdir()
        for path in out.glob("stacks/*/cdk.tf.json"):
            stack = json.loads(path.read_text("utf-8"))
            kept = {name: block for name, block in stack.items() if name in CHECKED}
            (checked / f"{path.parent.name}.tf.json").write_text(json.dumps(kept), "utf-8")
        return _run_checkov(checked)


def _run_checkov(folder: Path) -> list[dict[str, Any]]:
    command = [str(CHECKOV), "--framework", "terraform_json", "--skip-download", "--compact", "--output", "json"]
    finished = subprocess.run(
        [*command, "--directory", str(folder)], capture_output=True, text=True, check=False, env=os.environ
    )
    reports = json.loads(finished.stdout)
    every = reports if isinstance(reports, list) else [reports]
    if any(report["summary"]["parsing_errors"] or not report["summary"]["passed"] for report in every):
        sys.exit(f"checkov could not read the stacks: {finished.stderr.strip() or finished.stdout[-500:]}")
    return [failure for report in every for failure in report["results"]["failed_checks"]]


if __name__ == "__main__":
    sys.exit(main())
