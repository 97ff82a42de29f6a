"""The version of the code that reads, splits, dates and names records: a digest of it, which changes by itself."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE_DIR = Path(__file__).parent
VERSION_FILE = "parser_version.txt"
PARTS = ("formats", "reading", "record.py", "state.py", "work/ranges.py")
DIGEST_BYTES = 6


@cache
def get_parser_version() -> str:
    """Return the version that the function was packed with, or else the digest of the sources beside this module."""
    packed = PACKAGE_DIR / VERSION_FILE
    return packed.read_text(encoding="ascii") if packed.is_file() else digest_parser(PACKAGE_DIR)


def digest_parser(package_dir: Path) -> str:
    """Return 12 hexadecimal digits over the syntax of the modules that make records of bytes.

    Comments, docstrings and layout do not count. For example, one more character in a format's expression gives another
    digest, and a reworded docstring gives the same one.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for path in _list_modules(package_dir):
        tree = _DropTexts().visit(ast.parse(path.read_text(encoding="utf-8")))
        digest.update(f"{path.relative_to(package_dir).as_posix()}\0{ast.dump(tree)}\0".encode())
    return digest.hexdigest()


def _list_modules(package_dir: Path) -> Iterator[Path]:
    for part in PARTS:
        path = package_dir / part
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


class _DropTexts(ast.NodeTransformer):
    """Drop docstrings and the texts below constants: strings that are statements by themselves."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        """Return None, which drops the statement, if it is a string alone."""
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else node
