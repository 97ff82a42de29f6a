"""Open the environment of a command: its configuration, a session, the account; print which one it is."""

import os
import sys
from dataclasses import dataclass

import boto3
from log_processor.escaping import escape

from ops.configuration import load_configuration
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.session import open_session
from stacks.config import Config
from stacks.state import build_stack_id


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment that a command is about, a session of its region, and the account of the credentials.

    `caller` is the ARN of whom the credentials are.
    """

    config: Config
    session: boto3.Session
    account: str
    caller: str = ""

    @property
    def stack(self) -> str:
        """Return the name of the stack."""
        return build_stack_id(self.config)


def open_environment(config: Config | None = None) -> Environment:
    """Return the environment after its account, region and stack are printed on standard error.

    `config` is its configuration if the caller has loaded it. Raises `CommandError` if AWS does not know the
    credentials, or if they are of another account than the environment's `allowed_account_ids`.
    """
    return _open(config or load_configuration())


def open_for_change(yes: str | None) -> Environment:
    """Return the environment, for a command that changes something in it.

    Raises `CommandError` if the environment is protected and `yes` is not its name, and if `yes` is another name.
    """
    config = load_configuration()
    check_confirmed(config, yes)
    return _open(config)


def check_confirmed(config: Config, yes: str | None) -> None:
    """Raise `CommandError` unless the environment may be changed: `yes` is its name, or it needs none.

    `yes` is empty if the option stands without a name.
    """
    name = config.environment_suffix
    if yes and yes != name:
        message = f"--yes {yes}: the environment is {name}: set STACK_NAME_SUFFIX={yes}, or write --yes {name}"
        raise CommandError(message, ExitCode.NOT_CONFIRMED)
    if config.protect and not yes:
        raise CommandError(f"{name} is protected: write --yes {name} to change it", ExitCode.NOT_CONFIRMED)


def _open(config: Config) -> Environment:
    session = open_session(config)
    with translate_errors(f"the account of {build_stack_id(config)}", config):
        identity = session.client("sts").get_caller_identity()
    account = identity["Account"]
    environment = Environment(config, session, account, identity["Arn"])
    print_heading(config, account)
    if config.allowed_account_ids and account not in config.allowed_account_ids:
        allowed = ", ".join(config.allowed_account_ids)
        message = f"the credentials are of account {account}, and {config.environment_suffix} is in {allowed}"
        raise CommandError(f"{message} (allowed_account_ids): set AWS_PROFILE", ExitCode.REFUSED)
    return environment


def print_heading(config: Config, account: str = "") -> None:
    """Print on standard error which account, region and stack a command is about; the account if it was asked."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    facts = (f"account {account}" if account else "", f"region {config.region}", f"stack {build_stack_id(config)}")
    parts = [*filter(None, facts), *([f"at {endpoint}"] if endpoint else [])]
    sys.stderr.write(escape(", ".join(parts)) + "\n")
    sys.stderr.flush()
