"""A checkout of the project in a folder of its own, in which a test changes routes and parsers as a developer does."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROJECT = Path(__file__).resolve().parents[2]
PARTS = ("functions", "ops", "stacks", "cdktf.json", "Pipfile.lock")
PACK = "import ops; from stacks.packaging import zip_function; print(zip_function())"


@dataclass(frozen=True, slots=True)
class Checkout:
    """The checkout in `folder`."""

    folder: Path

    @classmethod
    def copy(cls, folder: Path) -> Self:
        """Return a copy of this checkout, as far as the commands and the function's zip need it."""
        folder.mkdir(parents=True)
        for name in PARTS:
            source = PROJECT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)
        return cls(folder)

    def add_route(self, route: str) -> None:
        """Add a route to the function's."""
        with (self.folder / "functions" / "log_processor" / "routes.toml").open("a") as routes:
            routes.write(route)

    def change(self, name: str, old: str, new: str) -> None:
        """Change a text that a file of the function has once."""
        path = self.folder / "functions" / "log_processor" / name
        content = path.read_text("utf-8")
        assert content.count(old) == 1, f"{name} has {content.count(old)} times: {old}"
        path.write_text(content.replace(old, new), "utf-8")

    def pack(self) -> bytes:
        """Return the zip that a deployment of this checkout would bring."""
        packed = subprocess.run(
            [sys.executable, "-c", PACK], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return Path(packed.stdout.strip()).read_bytes()
