"""Run an empty local AWS until Ctrl-C, and say how to point tools at it: `make emulator`."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from emulator.aws.local_aws import ACCOUNT_ID, REGION, LocalAws, PortInUseError
from emulator.deploy.errors import DemoError
from emulator.deploy.terraform import build_cli_environment
from emulator.interrupt import STOPPED, end_in_order
from emulator.stay import claim, offer, show_stay, wait_for_interrupt
from emulator.terminal import escape_controls, open_console, open_error_console

PORT = 4566
"""The port at which tools for a local AWS look for one by default."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Start, stay and stop; return the exit code, which is 0 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--build-dir", type=Path, default=Path("build/emulator"), help="where its logs are written")
    parser.add_argument("--port", type=int, default=PORT, help=f"its port, 0 for a free one (default: {PORT})")
    options = parser.parse_args(arguments)
    console = open_console(os.environ)
    end_in_order()
    try:
        with suppress(KeyboardInterrupt):  # that is how it ends
            _stay(options.build_dir.resolve(), options.port, console)
    except (DemoError, PortInUseError) as error:
        open_error_console().print(f"error: {escape_controls(str(error))}")
        return 1
    console.print(STOPPED)
    return 0


def _stay(build_dir: Path, port: int, console: Console) -> None:
    with claim(build_dir), LocalAws(port=port, log_dir=build_dir / "function-logs") as aws:
        variables = aws.build_environment() | build_cli_environment(build_dir)
        with offer(build_dir, variables) as shell_file:
            title = f"An empty AWS runs at {aws.endpoint_url}, account {ACCOUNT_ID}, region {REGION}"
            show_stay(title, shell_file, list_uses(), console)
            wait_for_interrupt()


def list_uses() -> Iterator[tuple[str, str]]:
    """Yield a command for each tool that can be pointed at the local AWS, with its purpose."""
    yield "aws s3 mb s3://my-bucket", "the AWS CLI, if you have it (2.13 or newer reads AWS_ENDPOINT_URL)"
    yield 'python -c \'import boto3; print(boto3.client("s3").list_buckets()["Buckets"])\'', "boto3, or another SDK"
    yield "make synth && cdktf deploy StateBackend --skip-provider-lock", "cdktf: the bucket that keeps the state"
    yield "cdktf deploy TapStackdev --skip-provider-lock", "the pipeline, as README deploys it for real"
    yield "ops outputs", "the operator's command line, on what is deployed"


if __name__ == "__main__":
    sys.exit(main())
