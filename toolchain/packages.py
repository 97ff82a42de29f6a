"""Install packages of `Pipfile.lock` into this environment: `python -m toolchain.packages default develop function`.

uv does it in seconds; if it cannot, pip does. Both take a file only if the lock has its hash. The lock's section
`installer` holds uv itself. Nothing is installed yet when this runs, so it imports the standard library alone.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolchain.index import read_pip_settings, translate_settings

LOCK = Path(__file__).resolve().parents[1] / "Pipfile.lock"
REMEDY = "take the committed one, or run 'make lock'"
INSTALLER = "installer"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
CHECKED = ("--no-deps", "--require-hashes", "--requirement")
MISMATCH = re.compile(r"hash mismatch|do not match the hashes", re.IGNORECASE)
"""What uv and pip say of a file that has another hash than the lock."""
DETAIL = (" + ", " - ", " ~ ", "Using Python ")
"""How those lines begin in which uv names each package once more."""


class InstallError(Exception):
    """The packages must not be installed, or not from this lock; the message says why and what to do."""


def read_requirements(lock: Path, sections: Sequence[str]) -> list[str]:
    """Return a requirement with its hashes for each package of `sections`; a package of several is one requirement.

    Extras are left out: the packages that they stand for are locked themselves.
    """
    try:
        content = json.loads(lock.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise InstallError(f"{lock.name} is not JSON (line {error.lineno}): {REMEDY}") from error
    for section in sections:
        if section not in content:
            raise InstallError(f"{lock.name} has no section '{section}': {REMEDY}")
    return sorted({_format_requirement(lock, *pin) for section in sections for pin in content[section].items()})


def _format_requirement(lock: Path, name: str, pin: Mapping[str, Any]) -> str:
    for part, key in (("version", "version"), ("hash", "hashes")):
        if not pin.get(key):
            raise InstallError(f"{lock.name} has no {part} of {name}: {REMEDY}")
    marker = f" ; {pin['markers']}" if "markers" in pin else ""
    return " ".join([f"{name}{pin['version']}{marker}", *(f"--hash={digest}" for digest in pin["hashes"])])


def install_packages(sections: Sequence[str], folder: Path) -> bool:
    """Install `sections` of the lock with uv, or with pip if uv cannot; return True if one of them could.

    The installers read what is written to `folder`. Raises `InstallError` if a file has another hash than the lock.
    """
    requirements = read_requirements(LOCK, sections)
    wanted, installer = folder / "packages.txt", folder / "installer.txt"
    wanted.write_text("\n".join(requirements), encoding="utf-8")
    installer.write_text("\n".join(read_requirements(LOCK, [INSTALLER])), encoding="utf-8")
    _report(f"Installing {len(requirements)} packages of {LOCK.name}")
    if _run_pip(installer) and _run_uv(wanted):
        return True
    _report("uv could not install the packages, for the reason above: pip does it, which takes a minute or two.")
    return _run_pip(wanted)


def _run_pip(requirements: Path) -> bool:
    """Install `requirements` with pip; return True if it could. What is imported is compiled then, not here."""
    return _run([*PIP, "install", "--quiet", "--no-compile", *CHECKED, str(requirements)], os.environ)


def _run_uv(requirements: Path) -> bool:
    """Install `requirements` with uv from where pip would take them; return True if it could.

    Any index may give a file, because its hash decides whether it is the one.
    """
    talking = os.environ | {"PIP_QUIET": "0"}
    listed = subprocess.run([*PIP, "config", "list"], env=talking, capture_output=True, text=True, check=False).stdout
    environ = os.environ | translate_settings(read_pip_settings(listed), os.environ)
    command = [str(Path(sys.prefix) / "bin" / "uv"), "pip", "install", "--no-config", "--python", sys.executable]
    return _run([*command, "--index-strategy", "unsafe-best-match", *CHECKED, str(requirements)], environ)


def _run(command: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Run an installer and return True if it succeeded; what it prints appears line by line.

    Raises `InstallError` if it found a file that has another hash than the lock.
    """
    output = []
    try:
        installer = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        _report(f"{command[0]} does not run: {error.strerror}")
        return False
    with installer:
        for line in installer.stdout or ():
            output.append(line)
            if not line.startswith(DETAIL):
                _report(line.rstrip("\n"))
    if installer.returncode and MISMATCH.search("".join(output)):
        raise InstallError(
            f"a file is not the one that {LOCK.name} names, so it is not installed: "
            "ask whoever keeps the package index that pip is set up for, or choose another one"
        )
    return installer.returncode == 0


def _report(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main(sections: Sequence[str]) -> int:
    """Install `sections` of the lock and return the exit code."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return 0 if install_packages(sections, Path(folder)) else 1
    except InstallError as error:
        _report(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
