"""Find a Chromium for the browser tests, or install one: `python -m toolchain.browser` prints where it is.

On Debian and Ubuntu it is the distribution's package, which apt checks; elsewhere it is Playwright's own build.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

NAMED = "CHROMIUM"
"""The variable that names a browser of one's own."""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"))
ASK_OWN = "from playwright.sync_api import sync_playwright as p\nwith p() as own: print(own.chromium.executable_path)"
REMEDY = f"install Chromium by your package manager, or name one by {NAMED}=/path/to/chromium"


def find_browser(environ: Mapping[str, str]) -> str | None:
    """Return the path of a browser: the one that is named, else one on PATH, else Playwright's; None without one."""
    named = environ.get(NAMED)
    if named:
        return shutil.which(named)
    on_path = next(filter(None, (shutil.which(name, path=environ.get("PATH")) for name in PROGRAMS)), None)
    return on_path or _find_own()


def _find_own() -> str | None:
    """Return Playwright's own browser, if it is installed."""
    asked = subprocess.run([sys.executable, "-c", ASK_OWN], capture_output=True, text=True, check=False)
    return shutil.which(asked.stdout.strip()) if asked.returncode == 0 else None


def install_browser() -> None:
    """Install a browser, by apt if there is one that may be used, else by Playwright; what they say goes on."""
    if shutil.which("apt-get") and (prefix := _become_root()) is not None:
        environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        if all(_run([*prefix, *command], environ) for command in APT):
            return
    _run([sys.executable, "-m", "playwright", "install", "chromium"], os.environ)


def _become_root() -> Sequence[str] | None:
    """Return what to put before a command so that root runs it; None if that needs a password."""
    if os.geteuid() == 0:
        return ()
    sudo = ("sudo", "--non-interactive")
    may = shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0
    return sudo if may else None


def _run(command: Sequence[str], environ: Mapping[str, str]) -> bool:
    return subprocess.run(command, env=environ, stdout=sys.stderr, check=False).returncode == 0


def main() -> int:
    """Print the path of a browser, which is installed if there is none; return 0 if there is one then."""
    path, named = find_browser(os.environ), os.environ.get(NAMED)
    if path is None and not named:
        install_browser()
        path = find_browser(os.environ)
    if path is None:
        wrong = f"{NAMED}={named} names no program" if named else "no browser could be installed, for the reason above"
        sys.stderr.write(f"error: {wrong}: {REMEDY}\n")
        return 1
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
