"""Compile sources of the function for its zip, to the same bytes on every machine, so that no cold start has to.

Python looks at the source's hash before it uses such a file, so one that does not belong to its source is ignored.
Sources: PEP 552, Deterministic pycs; the documentation of `marshal`.
"""

import marshal
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import PurePosixPath

CHECKED_BY_HASH = (0b11).to_bytes(4, "little")
MARSHAL_VERSION = 2
"""Later versions refer to objects that occur twice, and which ones do depends on the process that compiles."""


def name_bytecode(name: str) -> str:
    """Return the name in a zip of the compiled file of a source: `a/__pycache__/b.cpython-311.pyc` for `a/b.py`."""
    path = PurePosixPath(name)
    return str(path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc")


def compile_source(name: str, source: bytes) -> bytes:
    """Return the content of the compiled file of a source that has this name in the zip."""
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)
    return MAGIC_NUMBER + CHECKED_BY_HASH + source_hash(source) + marshal.dumps(code, MARSHAL_VERSION)
