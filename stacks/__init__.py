"""The infrastructure: one stack for Terraform's state, one for the pipeline.

Importing it makes the function's package importable: the configuration takes over the function's settings, and the
function's own code reads the routes.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "functions"

if str(SOURCES) not in sys.path:
    sys.path.append(str(SOURCES))
