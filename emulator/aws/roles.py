"""Issue credentials to roles and other callers, and find the caller behind an access key, with its present policies."""

import uuid

from moto.iam.models import iam_backends
from moto.sts.models import AssumedRole, sts_backends

from emulator.aws.policies.callers import Caller

CREDENTIALS_S = 12 * 3600


class Roles:
    """The roles of an account and other callers, and the access keys that were issued for them."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region
        self._keys: dict[str, str] = {}
        self._callers: dict[str, Caller] = {}

    def find_caller(self, access_key: str) -> Caller | None:
        """Return the caller that a key was issued for, a role with its present policies; None for any other key."""
        arn = self._keys.get(access_key)
        return self._callers.get(access_key) if arn is None else self.read_role(arn)

    def read_role(self, arn: str) -> Caller:
        """Return a role as a caller, with its present policies."""
        role = iam_backends[self._account_id]["aws"].get_role(arn.rpartition("/")[2])
        managed = (
            str(version.document)
            for policy in role.managed_policies.values()
            for version in policy.versions
            if version.is_default
        )
        return Caller(account=self._account_id, arn=arn, policies=(*role.policies.values(), *managed))

    def add_caller(self, caller: Caller) -> str:
        """Return a new access key, whose requests are those of the caller."""
        access_key = f"ASIA{uuid.uuid4().hex[:16].upper()}"
        self._callers[access_key] = caller
        return access_key

    def open_account(self, account_id: str) -> str:
        """Return a new access key of another account, to which nothing there is denied."""
        return self._assume(f"arn:aws:iam::{account_id}:role/owner").access_key_id

    def create_credentials(self, role_arn: str) -> dict[str, str]:
        """Return new temporary credentials of a role, as environment variables."""
        assumed = self._assume(role_arn)
        self._keys[assumed.access_key_id] = role_arn
        return {
            "AWS_ACCESS_KEY_ID": assumed.access_key_id,
            "AWS_SECRET_ACCESS_KEY": assumed.secret_access_key,
            "AWS_SESSION_TOKEN": assumed.session_token,
        }

    def _assume(self, role_arn: str) -> AssumedRole:
        return sts_backends[self._account_id]["aws"].assume_role(
            region_name=self._region,
            role_session_name="lambda",
            role_arn=role_arn,
            policy="",
            duration=CREDENTIALS_S,
            external_id="",
        )
