"""Say what the labels of the merged pull request allow its deployment: `python -m toolchain.allowances COMMIT`.

It prints `DATA_LOSS=allowed` if the label `data-loss` is there, and makes that the output `data_loss` of a step.
"""

import os
import sys
from collections.abc import Sequence

from toolchain.github import GitHubError, Repository, write_output
from toolchain.review import LABEL


def main(arguments: Sequence[str]) -> int:
    """Print what is allowed."""
    if not any(arguments):
        sys.exit("error: no commit is named: run 'make allowances COMMIT=…' with the one that a pull request merged")
    try:
        is_allowed = LABEL in Repository(os.environ).list_labels(arguments[0])
    except GitHubError as error:
        sys.exit(f"error: {error}")
    value = "allowed" if is_allowed else ""
    sys.stdout.write(f"DATA_LOSS={value}\n")
    write_output("data_loss", value, os.environ)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
