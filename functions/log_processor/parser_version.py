"""The version of what reads, splits, dates and names records: a digest of its code and libraries."""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

PACKAGE_DIR = Path(__file__).parent
VERSION_FILE = "parser_version.txt"
PARTS = (
    "formats",
    "reading",
    "record.py",
    "record_text.py",
    "state.py",
    "cutting.py",
    "work/ranges.py",
    "routing/config/own_formats.py",
    "routing/config/own_times.py",
    "routing/config/own_words.py",
    "routing/own_formats",
    "routing/lib/pattern_tokens.py",
    "routing/lib/patterns.py",
    "routing/lib/aws_keys.py",
    "routing/lib/key_fields.py",
    "routing/lib/key_template.py",
    "routing/lib/transform.py",
    "work/members.py",
)
LIBRARIES = ("backports.zstd", "cramjam", "google-re2", "orjson", "tzdata")
"""The packages of the layer that decompress, parse JSON, match the patterns of routes, and know the time zones."""
DIGEST_BYTES = 6


@cache
def get_parser_version() -> str:
    """Return the version that the function was packed with, or else the digest of the sources beside this module."""
    packed = PACKAGE_DIR / VERSION_FILE
    if packed.is_file():
        return packed.read_text(encoding="ascii")
    return digest_parser(PACKAGE_DIR, {name: version(name) for name in LIBRARIES})


def digest_parser(package_dir: Path, versions: Mapping[str, str]) -> str:
    """Return 12 hexadecimal digits over the modules that make records of bytes, and the versions of their libraries.

    Comments, docstrings and layout do not count. For example, one more character in a format's expression or another
    version of orjson gives another digest, and a reworded docstring gives the same one.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for path in _list_modules(package_dir):
        tree = _DropTexts().visit(ast.parse(path.read_text(encoding="utf-8")))
        digest.update(f"{path.relative_to(package_dir).as_posix()}\0{ast.dump(tree)}\0".encode())
    for name in LIBRARIES:
        digest.update(f"{name}\0{versions[name]}\0".encode())
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
