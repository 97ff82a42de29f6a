"""A machine of a new user: a path with Python 3.11, make and git alone, a home of its own, a clone under a blank."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from emulator.aws.local_aws import LocalAws
from emulator.deploy.terraform import find_mirror
from tests.docs.pages import PROJECT
from tests.docs.place import add_own_logs

PROFILE = "my-account"
"""The profile that the pages choose: on a user's machine it is an account, here it is the local AWS."""
TOOLS = (
    *(
        "make",
        "git",
        "bash",
        "sh",
        "env",
        "grep",
        "sed",
        "awk",
        "find",
        "xargs",
        "tar",
        "gzip",
        "diff",
        "uname",
        "which",
    ),
    *(
        "ls",
        "cat",
        "cp",
        "mv",
        "rm",
        "ln",
        "mkdir",
        "rmdir",
        "touch",
        "chmod",
        "mktemp",
        "readlink",
        "realpath",
        "install",
    ),
    *(
        "echo",
        "printf",
        "true",
        "false",
        "test",
        "expr",
        "seq",
        "sleep",
        "date",
        "id",
        "tty",
        "stty",
        "dirname",
        "basename",
    ),
    *("head", "tail", "cut", "tr", "sort", "uniq", "wc", "tee", "expand", "du", "df", "nproc", "sha256sum", "timeout"),
)
ABSENT = ("terraform", "node", "npm", "npx", "aws", "cdktf", "docker", "pipenv", "uv", "python", "python3")
PASSED_ON = ("LANG", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "TF_PLUGIN_MIRROR")
PASSED_BEGINNINGS = ("PIP_", "UV_", "PIPENV_PYPI", "NPM_CONFIG_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class MachineError(Exception):
    """Something that a new user has is not here; the message names it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The checkout, and the environment of whoever works in it."""

    checkout: Path
    environ: dict[str, str]


def build(place: Path, *, aws: LocalAws | None = None) -> Machine:
    """Build the machine below the folder `place`; the profile `my-account` leads to `aws` if there is one."""
    checkout, home, programs = place / "a stranger's checkout", place / "home", place / "bin"
    home.mkdir()
    programs.mkdir()
    for name, target in _programs():
        (programs / name).symlink_to(target)
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(checkout)], check=True)
    add_own_logs(checkout)
    _write_terraform_settings(home)
    if aws:
        _write_profile(home, aws)
    environ = {"PATH": str(programs), "HOME": str(home), "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}
    return Machine(checkout, environ | _package_settings())


def _programs() -> Iterator[tuple[str, Path]]:
    """Yield each program of the path with its place; Python is the real one, not a launcher that chooses versions."""
    yield "python3.11", Path(sys.base_prefix) / "bin" / "python3.11"
    for name in TOOLS:
        if found := shutil.which(name):
            yield name, Path(found)
        elif name in {"make", "git", "bash"}:
            raise MachineError(f"{name} is not on PATH: a new user is expected to have it, so install it")


def _package_settings() -> dict[str, str]:
    """Return the settings of pip, npm and the network, as this machine has them, and their caches."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name.upper().startswith(PASSED_BEGINNINGS)
    }
    home = Path.home()
    files = {
        "PIP_CONFIG_FILE": home / ".config" / "pip" / "pip.conf",
        "PIP_CACHE_DIR": home / ".cache" / "pip",
        "UV_CACHE_DIR": home / ".cache" / "uv",
        "NPM_CONFIG_USERCONFIG": home / ".npmrc",
        "NPM_CONFIG_CACHE": home / ".npm",
    }
    return {name: str(path) for name, path in files.items() if path.exists()} | kept


def _write_terraform_settings(home: Path) -> None:
    """Name the provider mirror, if this machine has one, where the README says that a user names it."""
    if mirror := find_mirror():
        text = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
        (home / ".terraformrc").write_text(text)


def _write_profile(home: Path, aws: LocalAws) -> None:
    """Write the profile; its endpoint is all that tells this account from a real one."""
    settings = ConfigParser()
    settings[f"profile {PROFILE}"] = {
        "endpoint_url": aws.endpoint_url,
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
    }
    (home / ".aws").mkdir()
    with (home / ".aws" / "config").open("w") as file:
        settings.write(file)
