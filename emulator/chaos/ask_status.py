"""Say `ops status` of many objects in one process: `python -m emulator.chaos.ask_status LEDGER < names`.

The command runs as its users run it, with its own arguments, output and exit code; only the interpreter starts once.
"""

import io
import json
import runpy
import sys
from contextlib import redirect_stderr, redirect_stdout


def main() -> None:
    """Read an object's name a line, and print one JSON object for each: `name`, exit `code` and `output`."""
    ledger = sys.argv[1]
    for line in sys.stdin:
        name = json.loads(line)
        code, output = ask(["ops", "status", "--ledger", ledger, "--json", name])
        sys.stdout.write(json.dumps({"name": name, "code": code, "output": output}) + "\n")


def ask(command: list[str]) -> tuple[int, str]:
    """Run `ops` with the arguments of `command`; return its exit code and all that it prints."""
    printed = io.StringIO()
    sys.argv = command
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            runpy.run_module("ops", run_name="__main__")
        except SystemExit as end:
            return int(end.code or 0), printed.getvalue()
    return 0, printed.getvalue()


if __name__ == "__main__":
    main()
