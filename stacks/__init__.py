"""The infrastructure: one stack for the state, one for the pipeline.

The function's package is importable from here: its settings are the configuration's too, and it reads its own routes.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "functions"

if str(SOURCES) not in sys.path:
    sys.path.append(str(SOURCES))
