"""What is kept in the tree: names that every shell and tool can take."""

import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PLAIN_NAME = re.compile(r"[\w.][\w .+-]*")


def test_every_name_in_the_tree_is_a_plain_one() -> None:
    """No folder or file is named like an option, such as `-n`, on which `ls *` and `rm *` break."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    odd = [path for path in listed.stdout.split("\0")[:-1] if not all(map(PLAIN_NAME.fullmatch, path.split("/")))]
    assert odd == []
