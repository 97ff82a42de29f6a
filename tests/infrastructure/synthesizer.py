"""Run `main.py` for many environments in one process, so that the framework, which takes seconds, starts only once.

`tests/infrastructure/test_synth.py` shows that it writes the same bytes as a process that `main.py` has for itself.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from stacks.bindings import prepare

PROGRAM = "from tests.infrastructure.synthesizer import serve; serve()"


class Synthesizer:
    """A process that runs `main.py` for one environment after the other."""

    def __init__(self, project: Path, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=project,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, environ: Mapping[str, str]) -> str:
        """Run `main.py` in this environment, and return the sentence with which it ended, empty after a success."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{json.dumps(dict(environ))}\n")
        stdin.flush()
        answer = stdout.readline()
        assert answer, "the process has ended: its traceback is on standard error"
        return str(json.loads(answer))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def serve() -> None:
    """Answer each environment on standard input by the sentence with which `main.py` ended.

    The framework is started first: it keeps the variables with which it starts, and they are no environment's.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        import_module("stacks.synthesis")
    program = import_module("main")
    for line in sys.stdin:
        os.environ.clear()
        os.environ.update(json.loads(line))
        sentence = ""
        try:
            program.main()
        except SystemExit as ended:
            sentence = str(ended.code)
        print(json.dumps(sentence), flush=True)
