"""The function's zip holds its sources compiled, byte-equal wherever they are, and never instead of another source."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks import PROJECT, SOURCES
from stacks.bytecode import compile_source, name_bytecode
from stacks.packaging import zip_function

NAMES = sorted(path.relative_to(SOURCES).as_posix() for path in (SOURCES / "log_processor" / "storing").glob("*.py"))
PROGRAM = """
import hashlib, sys
from pathlib import Path
from stacks.bytecode import compile_source
compiled = {name: compile_source(name, Path(sys.argv[1], name).read_bytes()) for name in sys.argv[2:]}
print(hashlib.sha256(b"".join(compiled[name] for name in sorted(compiled))).hexdigest())
"""


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the unpacked function."""
    folder = tmp_path_factory.mktemp("function")
    with zipfile.ZipFile(zip_function()) as packed:
        packed.extractall(folder)
    return folder


def run(arguments: list[str], cwd: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=os.environ | environ, capture_output=True, text=True, check=True)


@pytest.mark.parametrize(
    ("options", "seed", "names"), [([], "1", NAMES), (["-O"], "2", NAMES[::-1]), (["-OO"], "3", NAMES)]
)
def test_another_process_compiles_to_the_same_bytes(
    options: list[str], seed: str, names: list[str], tmp_path: Path
) -> None:
    """Whatever its seed for hashes, its order, its folder and its optimization."""
    here = b"".join(compile_source(name, (SOURCES / name).read_bytes()) for name in NAMES)
    environ = {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{PROJECT}{os.pathsep}{SOURCES}"}
    there = run([*options, "-c", PROGRAM, str(SOURCES), *names], tmp_path, environ)
    assert there.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_every_source_of_the_zip_is_compiled(function: Path) -> None:
    """Each beside its source, where Python looks for it."""
    sources = {path.relative_to(function).as_posix() for path in function.rglob("*.py")}
    compiled = {path.relative_to(function).as_posix() for path in function.rglob("*.pyc")}
    assert compiled == {name_bytecode(name) for name in sources}


def test_python_loads_the_compiled_file(function: Path) -> None:
    """And compiles none of the sources."""
    finished = run(["-v", "-c", "import log_processor.storing.items"], function, {"PYTHONPATH": ""})
    loaded = [
        line for line in finished.stderr.splitlines() if line.startswith("# code object from") and "log_pro" in line
    ]
    assert loaded
    assert all(line.rstrip("'").endswith(".pyc") for line in loaded)


def test_a_changed_source_wins_over_its_compiled_file(function: Path) -> None:
    """Whoever patches the zip runs what was patched."""
    source = function / "log_processor" / "storing" / "attribute_names.py"
    source.write_text(source.read_text().replace("MAX_DEPTH = 28", "MAX_DEPTH = 27"))
    program = "from log_processor.storing.attribute_names import MAX_DEPTH; print(MAX_DEPTH)"
    assert run(["-c", program], function, {"PYTHONPATH": ""}).stdout == "27\n"
