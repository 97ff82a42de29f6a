"""Ask AWS about the bucket of a source: whether it exists and sends events, what its policy lacks, and the remedy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ops.frame.aws_errors import get_code
from ops.policy_gaps import find_missing
from stacks.sources.policy import Statement

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = ("404", "NoSuchBucket")
DENIED = ("403", "AccessDenied", "AccessDeniedException")
NO_POLICY, NO_ENCRYPTION = "NoSuchBucketPolicy", "ServerSideEncryptionConfigurationNotFoundError"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSource:
    """What a source needs: events of its bucket, these statements of its policy, and the KMS keys that are named.

    `setting` is its place in the configuration, `rule` and `bus` are those of EventBridge; the stack's own bucket has
    no rule.
    """

    setting: str
    bucket: str
    region: str
    account: str = ""
    rule: str = ""
    bus: str = "default"
    sends_events: bool = True
    statements: Sequence[Statement] = ()
    kms_keys: Sequence[str] = ()


@dataclass(slots=True)
class SourceState:
    """What was found of a source: `wrong` and `unknown` are sentences, `lacks` the statements that its policy needs."""

    source: str
    bucket: str
    region: str = ""
    sends_events: bool | None = None
    wrong: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    lacks: list[Statement] = field(default_factory=list)


def examine(expected: ExpectedSource, s3: "S3Client", events: Any, stack: str) -> SourceState:
    """Return what is found of a source; raises `ClientError` if AWS cannot be asked at all.

    What the credentials may not ask, as is usual for the bucket of another account, is unknown and not wrong.
    """
    state = SourceState(expected.setting, expected.bucket)
    _check_rule(expected, state, events, stack)
    if not _find_bucket(expected, state, s3, stack):
        return state
    _check_events(expected, state, s3, stack)
    _check_policy(expected, state, s3)
    if expected.rule:  # the stack itself gives its bucket a key, and the function the use of that
        _check_encryption(expected, state, s3)
    return state


def _find_bucket(expected: ExpectedSource, state: SourceState, s3: "S3Client", stack: str) -> bool:
    """Note the bucket's region; return False if it does not exist, or is not in the stack's region."""
    try:
        headers = s3.head_bucket(Bucket=expected.bucket)["ResponseMetadata"]["HTTPHeaders"]
    except ClientError as error:
        headers = error.response["ResponseMetadata"]["HTTPHeaders"]
        if get_code(error) in MISSING:
            state.wrong.append(f"the bucket does not exist: {_say_how_to_make(expected, stack)}")
            return False
        if get_code(error) not in (*DENIED, "301"):
            raise
    state.region = str(headers.get("x-amz-bucket-region", ""))
    if state.region not in ("", expected.region):
        state.wrong.append(
            f"the bucket is in {state.region}, and the stack in {expected.region}: deploy an environment of its own "
            f"with AWS_REGION={state.region}"
        )
        return False
    return True


def _say_how_to_make(expected: ExpectedSource, stack: str) -> str:
    return f"create it, or correct {expected.setting}.bucket" if expected.rule else f"deploy {stack}"


def _check_rule(expected: ExpectedSource, state: SourceState, events: Any, stack: str) -> None:
    if not expected.rule:
        return
    try:
        rule = events.describe_rule(Name=expected.rule, EventBusName=expected.bus)
    except events.exceptions.ResourceNotFoundException:
        state.wrong.append(f"its rule {expected.rule} does not exist: deploy it with 'cdktf deploy {stack}'")
        return
    if rule.get("State") != "ENABLED":
        state.wrong.append(f"its rule {expected.rule} is switched off: switch it on, or deploy {stack} again")


def _check_events(expected: ExpectedSource, state: SourceState, s3: "S3Client", stack: str) -> None:
    answer = _ask(state, "its notifications", lambda: s3.get_bucket_notification_configuration(Bucket=expected.bucket))
    if answer is None:
        return
    state.sends_events = "EventBridgeConfiguration" in answer
    if not expected.rule and not answer.get("LambdaFunctionConfigurations"):
        state.wrong.append(f"it notifies no function: deploy {stack}")
    if expected.sends_events and not state.sends_events:
        switch = "switch that on in the bucket's properties, or set `eventbridge = true` in the resource that holds its"
        remedy = f"{switch} notifications" if expected.rule else f"deploy {stack}"
        state.wrong.append(f"it sends no events to EventBridge: {remedy}")


def _check_policy(expected: ExpectedSource, state: SourceState, s3: "S3Client") -> None:
    answer = _ask(state, "its policy", lambda: _read_policy(s3, expected.bucket))
    if answer is None:
        return
    state.lacks = find_missing(expected.statements, answer)
    if state.lacks:
        names = ", ".join(str(statement["Sid"]) for statement in state.lacks)
        state.wrong.append(f"its policy lacks {names}: add the statements that 'ops sources --json' prints as `lacks`")


def _check_encryption(expected: ExpectedSource, state: SourceState, s3: "S3Client") -> None:
    for rule in _ask(state, "its encryption", lambda: _read_encryption(s3, expected.bucket)) or []:
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        key = default.get("KMSMasterKeyID", "")
        if default.get("SSEAlgorithm", "").startswith("aws:kms") and (key or expected.account):
            _check_key(expected, state, key)


def _check_key(expected: ExpectedSource, state: SourceState, key: str) -> None:
    """Note a key that is not named; the key that AWS manages can be used within its account alone."""
    if not key:
        state.wrong.append(
            "its objects are encrypted by a key that AWS manages, which no other account can use: its owner sets a key "
            "of their own"
        )
    elif not any(named == key or named.rpartition("/")[2] == key for named in expected.kms_keys):
        state.wrong.append(f"its objects are encrypted by {key}: add the key's ARN to {expected.setting}.kms_keys")


def _read_policy(s3: "S3Client", bucket: str) -> str:
    """Return the JSON of a bucket's policy, which is empty if it has none."""
    try:
        return s3.get_bucket_policy(Bucket=bucket)["Policy"]
    except ClientError as error:
        if get_code(error) == NO_POLICY:
            return ""
        raise


def _read_encryption(s3: "S3Client", bucket: str) -> Any:
    """Return the rules by which a bucket encrypts; none if nobody has set any."""
    try:
        return s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    except ClientError as error:
        if get_code(error) == NO_ENCRYPTION:
            return []
        raise


def _ask(state: SourceState, what: str, call: Callable[[], Any]) -> Any:
    """Return what a call gives; None, and note that it is unknown, if the credentials may not make it."""
    try:
        return call()
    except ClientError as error:
        if get_code(error) not in DENIED:
            raise
        state.unknown.append(f"{what} cannot be read with these credentials: ask its owner")
        return None
