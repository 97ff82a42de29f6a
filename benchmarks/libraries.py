"""Measure what each library of the dependency layer takes: bytes in the layer, and time to import it when it is needed.

Run as `python -m benchmarks.libraries`.
"""

import statistics
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from stacks.packaging import PLATFORMS, zip_layer

PACKAGES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "orjson": (("orjson",), "orjson"),
    "google-re2": (("re2", "_re2"), "re2"),
    "tzdata": (("tzdata",), "tzdata"),
    "backports.zstd": (("backports",), "backports.zstd"),
    "cramjam": (("cramjam",), "cramjam"),
}
"""By package: its folders and modules in the layer, and what is imported."""
STANDARD = ("zlib", "bz2", "lzma", "zipfile")
"""What the runtime has itself, and reads the other kinds."""
ROUNDS = 9
PROGRAM = "import sys, time; begun = time.process_time(); __import__(sys.argv[1]); print(time.process_time() - begun)"


def main() -> int:
    """Print the sizes for each architecture, and the median processor time of an import in a process of its own."""
    sizes = {architecture: measure_layer(zip_layer(architecture)) for architecture in PLATFORMS}
    for package, (names, imported) in PACKAGES.items():
        megabytes = {name: sum(size[top] for top in names) / 1e6 for name, size in sizes.items()}
        shown = ", ".join(f"{taken:.2f} MB {architecture}" for architecture, taken in megabytes.items())
        print(f"{package}: {shown}, import {measure_import_ms(imported):.1f} ms")
    for name in STANDARD:
        print(f"{name}: in the runtime, import {measure_import_ms(name):.1f} ms")
    return 0


def measure_layer(layer: Path) -> Counter[str]:
    """Return the bytes of each folder and module at the layer's top, unpacked."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(layer) as archive:
        for member in archive.infolist():
            top = member.filename.split("/")[1]
            sizes[top.partition(".")[0]] += member.file_size
    return sizes


def measure_import_ms(name: str) -> float:
    """Return the median processor time of an import, each in a new process."""
    command = [sys.executable, "-c", PROGRAM, name]
    times = [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(ROUNDS)]
    return statistics.median(times) * 1000


if __name__ == "__main__":
    sys.exit(main())
