"""Open the session with which a command calls AWS: as the role that deploys, if the configuration names one."""

from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    Credentials,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, PartialCredentialsError

from ops.errors import CommandError
from ops.exit_codes import ExitCode
from stacks.config import Config


def open_session(config: Config) -> boto3.Session:
    """Return a session of the stack's region, with the credentials that Terraform would use for the environment.

    They are those of `assume_role`, renewed before they expire; without such a role, those that boto3 finds. Raises
    `CommandError` if the profile does not exist, a key lacks its secret, or a role has nothing to assume it with.
    """
    session = botocore.session.get_session()
    session.set_config_variable("region", config.region)
    try:
        own = session.get_credentials()
    except PartialCredentialsError as error:
        remedy = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY together, or neither of them"
        raise CommandError(f"the credentials are not whole ({error}): {remedy}", ExitCode.REFUSED) from error
    except BotoCoreError as error:
        raise CommandError(f"the credentials cannot be used ({error}): check AWS_PROFILE", ExitCode.REFUSED) from error
    if config.assume_role:
        if own is None:
            raise CommandError(
                f"there are no credentials to assume {config.assume_role} with: set AWS_PROFILE, or remove assume_role",
                ExitCode.REFUSED,
            )
        fetcher = AssumeRoleCredentialFetcher(session.create_client, own, config.assume_role)
        session = botocore.session.get_session()
        session.get_component("credential_provider").insert_before("env", _RoleProvider(fetcher))
    return SharedSession(botocore_session=session, region_name=config.region)


class SharedSession(boto3.Session):
    """Makes a client once, and gives it to all who ask for the same: to make one takes longer than a call."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._lock = Lock()  # boto3 does not make clients in several threads at once
        self._clients: dict[Any, Any] = {}

    def client(self, *arguments: Any, **options: Any) -> Any:
        """Return the client of a service; the arguments are those of boto3."""
        key = arguments, tuple(sorted(options.items()))
        with self._lock:
            if key not in self._clients:
                self._clients[key] = super().client(*arguments, **options)
            return self._clients[key]


class _RoleProvider(CredentialProvider):
    """Give the credentials of an assumed role, which are asked for at the first call."""

    METHOD = "assume-role"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> Credentials:
        """Return credentials that renew themselves."""
        return DeferredRefreshableCredentials(refresh_using=self._fetcher.fetch_credentials, method=self.METHOD)
