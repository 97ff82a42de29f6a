"""List the environments whose stacks a branch changes: `python -m toolchain.affected COMMIT`, all without a commit.

The environments are the keys of `AWS_ROLES`, a table of JSON, without `pr`; else those that cdktf.json names. The list
is printed as JSON, and is the output `environments` of a step of GitHub Actions.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from toolchain.github import write_output
from toolchain.policy import PROJECT, list_environments

PREVIEW = "pr"
"""The key of `AWS_ROLES` for the environments of pull requests, which have no number yet."""
Stacks = dict[str, Any]


def read_environments(environ: Mapping[str, str]) -> list[str]:
    """Return the environments, in the order in which they are deployed; a malformed `AWS_ROLES` ends the program."""
    text = environ.get("AWS_ROLES", "")
    if not text:
        return list(list_environments())
    try:
        roles = json.loads(text)
    except ValueError as error:
        sys.exit(f'error: AWS_ROLES is not JSON ({error}): write a table such as {{"prod": {{"plan": "arn:…"}}}}')
    if not isinstance(roles, dict):
        sys.exit('error: AWS_ROLES is no table: write one such as {"prod": {"plan": "arn:…", "deploy": "arn:…"}}')
    return [name for name in roles if name != PREVIEW]


def find_affected(base: str, environments: Sequence[str]) -> list[str]:
    """Return the environments that the checkout synthesizes otherwise than the commit `base` does.

    A commit that is not here ends the program.
    """
    known = subprocess.run(
        ["git", "-C", str(PROJECT), "rev-parse", "--quiet", "--verify", f"{base}^{{commit}}"],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if known.returncode:
        sys.exit(f"error: BASE is {base!r}, which is no commit of this checkout: fetch it, or name one of 'git log'")
    with _check_out(base) as before:
        return [name for name in environments if _is_changed(_synthesize(before, name), _synthesize(PROJECT, name))]


def _is_changed(before: Stacks | None, after: Stacks | None) -> bool:
    """Tell whether a plan is of interest; it is where one is missing, because it says why."""
    return before is None or after is None or before != after


@contextmanager
def _check_out(commit: str) -> Iterator[Path]:
    """Yield a folder with the project as it is in a commit."""
    git = ["git", "-C", str(PROJECT)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "before"
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(folder), commit], check=True)
        try:
            yield folder
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(folder)], check=True)


def _synthesize(project: Path, environment: str) -> Stacks | None:
    """Return the stacks of an environment, the hashes of their zips included; None if they cannot be synthesized."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "cdktf.out"
        paths = {"CDKTF_OUTDIR": str(out), "PYTHONPATH": f"{project}:{project / 'functions'}"}
        environ = os.environ | paths | {"STACK_NAME_SUFFIX": environment}
        finished = subprocess.run(
            [sys.executable, "main.py"], cwd=project, env=environ, stdout=subprocess.DEVNULL, check=False
        )
        if finished.returncode:
            return None
        stacks = sorted(out.glob("stacks/*/cdk.tf.json"))
        return {path.parent.name: json.loads(path.read_text("utf-8")) for path in stacks}


def main(arguments: Sequence[str]) -> int:
    """Print the list."""
    environments = read_environments(os.environ)
    listed = json.dumps(find_affected(arguments[0], environments) if arguments else environments)
    sys.stdout.write(f"{listed}\n")
    write_output("environments", listed, os.environ)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
