"""Synthesize the stacks and apply them with Terraform, and show the progress."""

import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.deploy.apply import Apply, find_last_line
from emulator.deploy.changes import read_references
from emulator.deploy.errors import DemoError
from emulator.deploy.process import CommandFailedError, end_command, read_lines, run_command, start_command
from emulator.deploy.progress import Steps
from emulator.deploy.terraform import MIRROR_VARIABLE
from emulator.samples.objects import SERVICE_KEYS

PROJECT_DIR = Path(__file__).resolve().parents[2]
STATE_BACKEND = "StateBackend"
MAIN_STACK = "TapStack"
DEMO = {
    "STACK_NAME_SUFFIX": "dev",
    "STATE_BACKEND": "s3",
    "CDKTF_CONTEXT_JSON": json.dumps({"log_services": sorted(SERVICE_KEYS)}),
}
"""What the demo is configured by: the log services whose samples it uploads may deliver."""
CONFIGURING = ("AWS_REGION", "STATE_BUCKET", "CDKTF_CONTEXT_JSON", "TF_WORKSPACE", "TF_DATA_DIR")
NO_PROVIDER = ("failed to query available provider packages", "failed to install provider", "could not connect")


@dataclass(frozen=True)
class Stacks:
    """The folders of the synthesized stacks with their Terraform JSON, and the log of the commands."""

    state_backend: Path
    main: Path
    log: Path

    def read_notification_suffixes(self) -> list[str]:
        """Return the key suffixes of the bucket's notifications, from the main stack's `cdk.tf.json`.

        Notifications to the function and to a queue count. The suffixes are sorted, each once. A rule without a suffix
        gives "".
        """
        resources = json.loads((self.main / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
        rules = (
            rule
            for notification in resources.get("aws_s3_bucket_notification", {}).values()
            for kind in ("lambda_function", "queue")
            for rule in notification.get(kind, [])
        )
        return sorted({rule.get("filter_suffix", "") for rule in rules})


def synthesize(build_dir: Path, configuring: Mapping[str, str] = DEMO) -> Stacks:
    """Run `main.py` for the environment `dev` with the S3 backend, unless `configuring` sets others.

    Create `build_dir`, and first remove what an earlier run left in it.
    """
    out_dir, log = build_dir / "cdktf.out", build_dir / "commands.log"
    _make(build_dir)
    shutil.rmtree(out_dir, ignore_errors=True)
    for stale in (log, *build_dir.glob("terraform.*.tfstate*")):
        stale.unlink(missing_ok=True)
    env = {name: value for name, value in os.environ.items() if name not in CONFIGURING}
    programs = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)])
    env |= {"PATH": programs, "CDKTF_OUTDIR": str(out_dir), **configuring}
    try:
        for _ in run_command([sys.executable, "main.py"], cwd=PROJECT_DIR, env=env, log=log):
            pass
    except CommandFailedError as error:
        raise DemoError(
            f"the stacks cannot be synthesized: {find_last_line(error.lines)} (all of it in {log})."
        ) from error
    stacks = out_dir / "stacks"
    return Stacks(stacks / STATE_BACKEND, stacks / f"{MAIN_STACK}{configuring['STACK_NAME_SUFFIX']}", log)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"{folder}: the folder cannot be made ({error.strerror}); name another one as --build-dir."
        raise DemoError(reason) from error


@dataclass(frozen=True)
class Terraform:
    """A Terraform executable, its environment, and the log of its output."""

    executable: Path
    env: Mapping[str, str]
    log: Path

    @contextmanager
    def begin(self, stack: Path, steps: Steps) -> Iterator[Apply]:
        """Initialise a stack and begin to apply it, as a step of its own; Terraform ends with the context."""
        step = steps.begin(f"Apply {stack.name}")
        self._init(stack)
        command = [str(self.executable), "apply", "-input=false", "-auto-approve", "-json"]
        with start_command(command, cwd=stack, env=self.env) as process:
            apply = Apply(stack.name, read_references(stack), step)
            reader = threading.Thread(target=apply.read, args=(read_lines(process, self.log), self.log), daemon=True)
            reader.start()
            try:
                yield apply
            finally:
                end_command(process)
                reader.join()

    def apply(self, stack: Path, steps: Steps) -> dict[str, Any]:
        """Initialise and apply a stack, as a step of its own; return its outputs by name."""
        with self.begin(stack, steps) as apply:
            return apply.wait_until_finished()

    def _init(self, stack: Path) -> None:
        try:
            for _ in self._run_terraform(stack, "init", "-input=false", "-no-color"):
                pass
        except CommandFailedError as error:
            raise DemoError(_explain_failed_init(stack, error.lines, self.log)) from error

    def _run_terraform(self, stack: Path, *arguments: str) -> Iterator[str]:
        return run_command([str(self.executable), *arguments], cwd=stack, env=self.env, log=self.log)


def _explain_failed_init(stack: Path, lines: list[str], log: Path) -> str:
    text = " ".join(lines).lower()
    if any(sign in text for sign in NO_PROVIDER):
        return (
            "Terraform cannot get the AWS provider: connect to the network, or put the provider into a filesystem "
            f"mirror and name its folder in {MIRROR_VARIABLE} (all of it in {log})."
        )
    return f"Terraform could not initialise {stack.name}: {find_last_line(lines)} (all of it in {log})."
