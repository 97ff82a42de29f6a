"""Run Terraform in the folder of one synthesized stack, and read what it plans."""

import json
import subprocess
from collections.abc import Mapping, Sequence

from emulator.deploy.terraform import build_cli_environment
from stacks.kinds import HOLDS_DATA
from tests.infrastructure.conftest import Synthesized
from toolchain.terraform import find_terraform


class Workspace:
    """A stack with a local state, initialised."""

    def __init__(self, synthesized: Synthesized, stack: str, environ: Mapping[str, str]) -> None:
        self.folder = synthesized.folder / "stacks" / stack
        self.state = (self.folder / synthesized.stack(stack)["terraform"]["backend"]["local"]["path"]).resolve()
        self._environ = dict(environ) | build_cli_environment(synthesized.folder.parent / "terraform")
        self._terraform = str(find_terraform())
        self.terraform("init", "-input=false", "-no-color")

    def terraform(self, *arguments: str) -> str:
        """Run Terraform and return what it wrote; its exit code has to be 0."""
        finished = self._run(arguments)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    def fail(self, *arguments: str) -> str:
        """Run Terraform and return its errors; its exit code has to be 1."""
        finished = self._run(arguments)
        assert finished.returncode == 1, finished.stdout + finished.stderr
        return finished.stderr

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._terraform, *arguments],
            cwd=self.folder,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
        )

    def list_losses(self) -> list[str]:
        """Return the resources with data that a plan over the state alone would delete or replace."""
        said = self.terraform("plan", "-json", "-refresh=false", "-lock=false", "-input=false")
        events = [json.loads(line) for line in said.splitlines()]
        changes = [event["change"] for event in events if event["type"] == "planned_change"]
        return sorted(
            f"{change['resource']['addr']}: {change['action']}"
            for change in changes
            if change["resource"]["resource_type"] in HOLDS_DATA and change["action"] in {"delete", "replace"}
        )
