"""Say who calls AWS: a role, a user or a root user of some account, a service of AWS, or nobody that it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.aws.policies.conditions import Context

ROOT = ":root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who makes a request; without account and service, anonymous.

    - `account`, `arn`: of a role, a user or a root user; `session` is the ARN of a role's session.
    - `service`: the service principal, such as `delivery.logs.amazonaws.com`; it has no account and no policies.
    - `policies`: the JSON documents of its own policies.
    - `keys`: the condition keys that its requests carry, such as `aws:SourceAccount` of a service.
    """

    account: str = ""
    arn: str = ""
    session: str = ""
    service: str = ""
    policies: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return how an error message names it."""
        return self.session or self.arn or self.service or "an anonymous caller"

    @property
    def arns(self) -> frozenset[str]:
        """Return the ARNs by which a policy names it alone, not its whole account."""
        return frozenset({self.arn, self.session} - {""})

    @property
    def account_names(self) -> frozenset[str]:
        """Return the ways in which a policy names its account."""
        return frozenset({self.account, f"arn:aws:iam::{self.account}{ROOT}"}) if self.account else frozenset()

    @property
    def is_root(self) -> bool:
        """Tell whether it is an account's root user, which needs no policy of its own."""
        return self.arn.endswith(ROOT)

    def build_context(self) -> dict[str, str | tuple[str, ...]]:
        """Return the condition keys that tell of the caller, in lower case."""
        known = {
            "aws:PrincipalArn": self.arn,
            "aws:PrincipalAccount": self.account,
            "aws:PrincipalServiceName": self.service,
            "aws:PrincipalIsAWSService": str(bool(self.service)).lower(),
        }
        return {name.lower(): value for name, value in {**known, **self.keys}.items() if value}


ANONYMOUS = Caller()


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One action of a caller on one resource of the account `owner`; `context` has further condition keys."""

    caller: Caller
    action: str
    resource: str
    owner: str
    context: Context = field(default_factory=dict)

    def build_context(self) -> Context:
        """Return all condition keys of the request, in lower case."""
        own = {"aws:ResourceAccount": self.owner, "s3:ResourceAccount": self.owner, "aws:SecureTransport": "true"}
        given = {name.lower(): value for name, value in {**own, **self.context}.items()}
        return self.caller.build_context() | given
