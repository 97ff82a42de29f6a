"""Find Terraform's AWS provider on this machine, and keep Terraform quiet."""

import os
from collections.abc import Iterator
from pathlib import Path

PROVIDER = Path("registry.terraform.io/hashicorp/aws")
MIRROR_VARIABLE = "TF_PLUGIN_MIRROR"
ROOTS = ("/opt", "/usr/local/share/terraform", "/usr/share/terraform", "/usr/local/lib")
SEARCH_DEPTH = 2


def find_mirror() -> Path | None:
    """Return a folder that Terraform can use as a `filesystem_mirror` with the AWS provider; None if there is none."""
    return next((folder for folder in _list_candidates() if (folder / PROVIDER).is_dir()), None)


def build_cli_environment(work_dir: Path) -> dict[str, str]:
    """Return the variables that make Terraform use the mirror, if there is one, and ask nothing.

    Without a mirror, the provider is downloaded once for all stacks that are applied with the same `work_dir`.
    """
    cache = work_dir.resolve() / "plugins"
    cache.mkdir(parents=True, exist_ok=True)
    config = work_dir.resolve() / "terraform.tfrc"
    mirror = find_mirror()
    text = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n' if mirror else ""
    config.write_text(text)
    shared = {"TF_PLUGIN_CACHE_DIR": str(cache), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "true"}
    quiet = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
    return {"TF_CLI_CONFIG_FILE": str(config), **quiet, **({} if mirror else shared)}


def _list_candidates() -> Iterator[Path]:
    named = os.environ.get(MIRROR_VARIABLE)
    if named:
        yield Path(named)
    home = Path.home()
    yield from (home / ".terraform.d" / "plugins", home / ".local" / "share" / "terraform" / "plugins")
    for root in ROOTS:
        yield from _list_folders(Path(root), SEARCH_DEPTH)


def _list_folders(folder: Path, depth: int) -> Iterator[Path]:
    yield folder
    if depth and folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        for child in sorted(folder.iterdir()):
            if child.is_dir() and not child.is_symlink():
                yield from _list_folders(child, depth - 1)
