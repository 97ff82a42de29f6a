"""Arguments of the operator's commands, and nothing else."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from log_processor.formats.registry import BY_NAME
from log_processor.routing.routes import FILE

from ops import parse, status
from ops.errors import CommandError
from stacks.config import load
from stacks.config_rules import ConfigError
from stacks.context import read_context


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 where all went well, 1 where it found something wrong, 2 where it cannot run."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (CommandError, ConfigError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops", description="What operators ask and do.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_parse(commands.add_parser("parse", help="read local files with the function's own code, without AWS"))
    _add_status(commands.add_parser("status", help="how far an object is, and whether its account closes"))
    return parser


def _add_parse(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a log file, plain or gzip; - is standard input"
    )
    command.add_argument(
        "--format",
        choices=sorted(BY_NAME),
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
    command.set_defaults(run=_parse)


def _parse(options: argparse.Namespace) -> int:
    return parse.run(options.files, options.format, as_json=options.json, routes_file=options.routes)


def _add_status(command: argparse.ArgumentParser) -> None:
    command.add_argument("object", metavar="s3://BUCKET/KEY", help="the object; the environment is STACK_NAME_SUFFIX's")
    command.add_argument("--ledger", metavar="TABLE", help="the ledger table (default: the environment's own)")
    command.add_argument("--json", action="store_true", help="one JSON object a version")
    command.set_defaults(
        run=lambda options: status.run(options.object, options.ledger or _ledger_table(), as_json=options.json)
    )


def _ledger_table() -> str:
    return load(read_context(os.environ), os.environ).ledger_table_name


if __name__ == "__main__":
    sys.exit(main())
