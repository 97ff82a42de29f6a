"""Remove package index addresses from `Pipfile.lock`, so that it installs from the index that pip is set up for."""

import json
from pathlib import Path

LOCK = Path(__file__).parent.parent / "Pipfile.lock"


def main() -> None:
    """Rewrite the lock file in place; versions and hashes stay as pipenv wrote them."""
    lock = json.loads(LOCK.read_text())
    lock["_meta"]["sources"] = []
    for section, packages in lock.items():
        if section != "_meta":
            for package in packages.values():
                package.pop("index", None)
    LOCK.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
