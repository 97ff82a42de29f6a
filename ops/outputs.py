"""Print the outputs of the environment's stack (its buckets, tables and queues), read from Terraform's state."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from log_processor.escaping import escape

from ops.configuration import load_configuration
from ops.errors import CommandError
from ops.frame.aws_errors import explain_error, get_code
from ops.frame.environment import open_environment, print_heading
from ops.frame.output import print_lines
from ops.session import open_session
from stacks.config import Config
from stacks.state import build_stack_id, build_state_file_name, build_state_key

PROJECT = Path(__file__).resolve().parent.parent
NO_STATE = ("NoSuchBucket", "NoSuchKey")


def run(name: str | None, *, as_json: bool) -> int:
    """Print all outputs, or the value of the one called `name`; raises `CommandError` if they cannot be read."""
    config = _open_config()
    outputs = read_outputs(config)
    chosen = outputs if name is None else get_output(outputs, name, config)
    if as_json:
        sys.stdout.write(json.dumps(chosen, indent=2) + "\n")
    elif name is not None:
        print_lines([str(chosen)])
    else:
        width = max(map(len, outputs))
        sys.stdout.write("".join(f"{key:<{width}}  {escape(str(value))}\n" for key, value in outputs.items()))
    return 0


def _open_config() -> Config:
    """Return the configuration, and print which environment it is of: its account if the state lies in AWS."""
    config = load_configuration()
    if config.backend == "s3":
        return open_environment(config).config
    print_heading(config)
    return config


def get_output(outputs: Mapping[str, Any], name: str, config: Config) -> Any:
    """Return the output called `name`; raises `CommandError` with the known names if there is none."""
    if name not in outputs:
        raise CommandError(f"{build_stack_id(config)} has no output {name}: it has {', '.join(outputs)}")
    return outputs[name]


def read_outputs(config: Config) -> dict[str, Any]:
    """Return the values of the outputs by name, sorted; raises `CommandError` if there is no output or no state.

    Read the state itself from the bucket or the file: neither Terraform nor a synthesized stack is needed. Only for
    Terraform Cloud ask Terraform, because nobody else can read the state there.
    """
    match config.backend:
        case "s3":
            outputs = _parse_state(_read_state_bucket(config))
        case "local":
            outputs = _parse_state(_read_state_file(config))
        case _:
            outputs = _extract_values(_ask_terraform(config))
    if not outputs:
        raise CommandError(
            f"{build_stack_id(config)} has no outputs: deploy it with 'cdktf deploy {build_stack_id(config)}'"
        )
    return dict(sorted(outputs.items()))


def _parse_state(text: bytes) -> dict[str, Any]:
    try:
        return _extract_values(json.loads(text)["outputs"])
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(
            f"what lies in the state's place is not Terraform's state ({type(error).__name__}: {error}): restore an "
            "older version of it"
        ) from error


def _extract_values(outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: one["value"] for name, one in outputs.items()}


def _read_state_bucket(config: Config) -> bytes:
    """Return the state from the S3 backend."""
    stack = build_stack_id(config)
    bucket, key = config.state_bucket_name, build_state_key(config, stack)
    state = f"the state s3://{bucket}/{key}"
    try:
        s3 = open_session(config).client("s3", region_name=config.state_bucket_region)
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and get_code(error) in NO_STATE:
            raise CommandError(
                f"{state} does not exist: deploy with 'cdktf deploy {stack}', or say where it is with "
                "STACK_NAME_SUFFIX, STATE_BUCKET and STATE_BACKEND as for the deployment"
            ) from error
        raise explain_error(error, state, config) from error


def _read_state_file(config: Config) -> bytes:
    stack = build_stack_id(config)
    path = PROJECT / build_state_file_name(stack)
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            f"the state {path} cannot be read ({error.strerror}): deploy with 'cdktf deploy {stack}' from "
            "this checkout, or set STATE_BACKEND as for the deployment"
        ) from error


def _ask_terraform(config: Config) -> dict[str, Any]:
    """Run `terraform output` in the folder where `cdktf` has initialised the stack; return the outputs."""
    stack = build_stack_id(config)
    folder = PROJECT / "cdktf.out" / "stacks" / stack
    search_path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    terraform = shutil.which("terraform", path=search_path)
    remedy = f"run 'cdktf diff {stack}' in {PROJECT} with the same settings first, which initialises it"
    if terraform is None:
        raise CommandError("no terraform is on PATH, and Terraform Cloud gives outputs to it alone: run 'make install'")
    if not folder.is_dir():
        raise CommandError(f"{folder} does not exist, and Terraform Cloud is asked from there: {remedy}")
    finished = subprocess.run(
        [terraform, f"-chdir={folder}", "output", "-json", "-no-color"], capture_output=True, text=True, check=False
    )
    if finished.returncode:
        reason = " ".join(finished.stderr.split()).removeprefix("Error: ") or "no message"
        raise CommandError(f"Terraform cannot read the outputs of {stack} ({reason}): {remedy}")
    outputs: dict[str, Any] = json.loads(finished.stdout)
    return outputs
