"""Keep a version's synthesized JSON and Terraform state, and what it stores, so that later versions are tried over it.

`python -m tests.infrastructure.keep_version 1.0.0` applies the checkout to a local AWS and writes
`tests/fixtures/upgrade/1.0.0/`. Run it once a release, in a checkout of the release.
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.aws.local_aws import LocalAws
from tests.infrastructure.conftest import synthesize
from tests.infrastructure.keep_stored import write_stored
from tests.infrastructure.planning import Workspace

VERSIONS = Path(__file__).resolve().parents[1] / "fixtures" / "upgrade"
STACKS = {"StateBackend": "dev", "TapStackdev": "dev", "TapStackprod": "prod"}
"""The stacks that are kept, and the environment in which each is synthesized."""
STORING = "TapStackdev"
"""The stack whose function reads logs, and whose tables are kept."""
QUEUES = "https://sqs.us-east-1.amazonaws.com"


def keep(version: str) -> None:
    """Apply every stack and write its JSON and its state, both without a trace of this machine."""
    folder = VERSIONS / version
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch, LocalAws() as aws:
        for stack, environment in STACKS.items():
            out = Path(scratch) / stack / "cdktf.out"
            out.parent.mkdir()
            synthesized = synthesize(out, {"STACK_NAME_SUFFIX": environment, "STATE_BACKEND": "local"})
            workspace = Workspace(synthesized, stack, os.environ | aws.build_environment())
            workspace.terraform("apply", "-auto-approve", "-input=false")
            _write(folder / f"{stack}.json", synthesized.stack(stack))
            _write(folder / f"{stack}.state.json", json.loads(workspace.state.read_text("utf-8")))
            if stack == STORING:
                write_stored(folder / "stored.json", aws)


def _write(path: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, indent=1, sort_keys=True)
    path.write_text(re.sub(r"http://127\.0\.0\.1:\d+", QUEUES, text) + "\n", "utf-8")


if __name__ == "__main__":
    keep(*sys.argv[1:])
