"""Turn what AWS answers into one sentence with a remedy and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.exceptions import (
    ConnectionError as UnreachableError,
)

from ops.configuration import name_credentials
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from stacks.config import Config
from stacks.state import build_stack_id

AwsError = ClientError | BotoCoreError
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
WRONG_CREDENTIALS = frozenset(
    {
        *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
        *("InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken", "AuthFailure"),
        "MissingAuthenticationTokenException",
    }
)
DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "403", "UnauthorizedOperation", "AccessDenied.Unauthorized"}
)
THROTTLED = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException"),
        *("ProvisionedThroughputExceededException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"),
        *("BandwidthLimitExceeded", "LimitExceededException", "PriorRequestNotComplete"),
    }
)
MISSING = frozenset(
    {
        *("ResourceNotFoundException", "NoSuchBucket", "NoSuchKey", "404", "QueueDoesNotExist"),
        "AWS.SimpleQueueService.NonExistentQueue",
    }
)
SIGN_IN = "sign in again, as by 'aws sso login', or set new keys"
NO_INDEX = "does not have the specified index"
BACKFILLING = "backfilling global secondary index"
OTHER_KEYS = ("missed key schema element", "does not match the schema", "key schema")


@contextmanager
def translate_errors(what: str, config: Config) -> Iterator[None]:
    """Raise `CommandError` for an error of AWS within the block.

    `what` names what was asked of it: "the ledger tap-serverless-dev-ledger".
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise explain_error(error, what, config) from error


def explain_error(error: AwsError, what: str, config: Config) -> CommandError:
    """Return the error that says what could not be read or done, why, and what to do."""
    if isinstance(error, ClientError):
        return _explain_answer(error, what, config)
    return _explain_failure(error, what, config)


def _explain_answer(error: ClientError, what: str, config: Config) -> CommandError:
    code, words = get_code(error), str(error.response["Error"].get("Message", ""))
    asked = f"{what}: AWS answered {code}"
    if code in EXPIRED:
        return CommandError(f"{asked}: the credentials have expired: {SIGN_IN}", ExitCode.REFUSED)
    if code in WRONG_CREDENTIALS:
        return CommandError(f"{asked}: it does not know {name_credentials(config)}: {_check()}", ExitCode.REFUSED)
    if code in DENIED:
        remedy = "ask for the right to do that, or use the credentials of the account that deployed it"
        return CommandError(f"{asked} to {error.operation_name} ({words}): {remedy}", ExitCode.REFUSED)
    if code in THROTTLED or _is_failure(error):
        return CommandError(f"{asked}, also when asked again: run the same command later", ExitCode.TRY_AGAIN)
    if code in MISSING:
        return CommandError(f"{what} does not exist in {config.region}: {_name_remedy(config)}")
    return _explain_table(words, what, config) or CommandError(f"{asked} ({words}): {_name_remedy(config)}")


def _explain_table(words: str, what: str, config: Config) -> CommandError | None:
    """Return the error if a table is not as this version makes it; None if it is something else."""
    stack = build_stack_id(config)
    if NO_INDEX in words:
        return CommandError(f"{what} has no such index: an earlier version made it; deploy {stack} with this one")
    if BACKFILLING in words:
        return CommandError(f"{what}: its index is being built: run the same command later", ExitCode.TRY_AGAIN)
    if any(sign in words for sign in OTHER_KEYS):
        remedy = f"check its name, or use the version that made {stack}"
        return CommandError(f"{what} has other keys than this version reads: {remedy}")
    return None


def _explain_failure(error: BotoCoreError, what: str, config: Config) -> CommandError:
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return CommandError(
                f"{what}: the credentials are missing or not whole ({error}): {_check()}", ExitCode.REFUSED
            )
        case UnauthorizedSSOTokenError() | TokenRetrievalError() | SSOError() | CredentialRetrievalError():
            return CommandError(f"{what}: the credentials cannot be renewed ({error}): {SIGN_IN}", ExitCode.REFUSED)
        case UnreachableError() | HTTPClientError():
            remedy = "check the network, the region and AWS_ENDPOINT_URL, or run the same command later"
            return CommandError(f"{what}: AWS cannot be reached ({error}): {remedy}", ExitCode.TRY_AGAIN)
        case _:
            return CommandError(f"{what}: AWS cannot be asked ({error}): {_name_remedy(config)}")


def _check() -> str:
    return "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


def _name_remedy(config: Config) -> str:
    """Return what to check if something is not there."""
    stack = build_stack_id(config)
    return f"check {name_credentials(config)}, AWS_REGION and STACK_NAME_SUFFIX, or deploy with 'cdktf deploy {stack}'"


def get_code(error: ClientError) -> str:
    """Return the code of an error that AWS answered."""
    return str(error.response["Error"].get("Code", ""))


def lacks_index(error: ClientError) -> bool:
    """Tell whether DynamoDB refused a read because the table does not have the index."""
    words = str(error.response["Error"].get("Message", ""))
    known = get_code(error) in ("ValidationException", "ResourceNotFoundException") and "index" in words
    return known and BACKFILLING not in words


def _is_failure(error: ClientError) -> bool:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
