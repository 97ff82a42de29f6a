"""Issue temporary credentials for roles, and find the role behind an access key, with its present policies."""

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from emulator.aws.iam import Role

CREDENTIALS_S = 12 * 3600


class Roles:
    """The roles of an account, and the access keys that were issued for them."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region
        self._keys: dict[str, str] = {}

    def find_role(self, access_key: str) -> Role | None:
        """Return the role that `access_key` was issued for, with its present policies; None for any other key."""
        arn = self._keys.get(access_key)
        if arn is None:
            return None
        role = iam_backends[self._account_id]["aws"].get_role(arn.rpartition("/")[2])
        managed = (
            str(version.document)
            for policy in role.managed_policies.values()
            for version in policy.versions
            if version.is_default
        )
        return Role(arn, (*role.policies.values(), *managed))

    def create_credentials(self, role_arn: str) -> dict[str, str]:
        """Return new temporary credentials of a role, as environment variables."""
        assumed = sts_backends[self._account_id]["aws"].assume_role(
            region_name=self._region,
            role_session_name="lambda",
            role_arn=role_arn,
            policy="",
            duration=CREDENTIALS_S,
            external_id="",
        )
        self._keys[assumed.access_key_id] = role_arn
        return {
            "AWS_ACCESS_KEY_ID": assumed.access_key_id,
            "AWS_SECRET_ACCESS_KEY": assumed.secret_access_key,
            "AWS_SESSION_TOKEN": assumed.session_token,
        }
