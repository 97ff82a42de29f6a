"""The operator's command line: `.venv/bin/ops`, or `python -m ops`."""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "functions"))  # the function's package
