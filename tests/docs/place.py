"""A checkout as a reader has it: the files under version control, what `make install` makes, and logs of their own."""

import gzip
import os
import random
import shutil
import subprocess
from pathlib import Path

from emulator.samples import lines
from tests.docs.pages import PROJECT

INSTALLED = (".venv", "build", "node_modules")
PASSED_ON = ("LANG", "LC_ALL", "TMPDIR")


def copy_checkout(folder: Path) -> None:
    """Copy the files under version control to `folder`, with their dates, and link what is installed here."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    for name in INSTALLED:
        if (PROJECT / name).exists():
            (folder / name).symlink_to(PROJECT / name)


def add_own_logs(folder: Path) -> None:
    """Write the files that the pages take for the reader's own: `app.log`, `other.log.gz`, and the folder `my-logs`."""
    rng = random.Random(7)
    app = "\n".join(lines.generate_json(rng, 200)) + "\n"
    other = "\n".join(lines.generate_combined(rng, 300)) + "\n"
    (folder / "my-logs").mkdir(exist_ok=True)  # who followed the pages has one in the checkout
    for place in (folder, folder / "my-logs"):
        (place / "app.log").write_text(app, encoding="utf-8")
        (place / "other.log.gz").write_bytes(gzip.compress(other.encode(), mtime=0))


def bare_environment(home: Path) -> dict[str, str]:
    """Return the environment of a reader who has set nothing: a path, a home, a language; no account is reached."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return kept | {"HOME": str(home), "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}
