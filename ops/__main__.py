"""Arguments of the operator's commands, and nothing else."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from log_processor import formats
from log_processor.routing.routes import FILE

from ops import parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 where all went well, 1 where a line was refused, 2 where the command cannot run."""
    options = _parser().parse_args(arguments)
    try:
        return parse.run(options.files, options.format, as_json=options.json, routes_file=options.routes)
    except parse.UnreadableError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("parse", help="read local files with the function's own code, without AWS")
    command.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a log file, plain or gzip; - is standard input"
    )
    command.add_argument(
        "--format",
        choices=sorted(formats.BY_NAME),
        metavar="F",
        help="the format (default: what the file's route says, else by the first lines)",
    )
    command.add_argument(
        "--routes",
        type=Path,
        default=FILE,
        metavar="FILE",
        help="the routes, chosen by the files' names as given (default: those that are shipped)",
    )
    command.add_argument("--json", action="store_true", help="one JSON object a record, as it would be stored")
    return parser


if __name__ == "__main__":
    sys.exit(main())
