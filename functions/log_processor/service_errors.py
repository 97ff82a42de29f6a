"""Translate errors of AWS services to the pipeline's own: wait, give up, or the object is gone."""

from collections.abc import Sequence

from botocore.exceptions import ClientError

from log_processor.errors import (
    AccessDeniedError,
    ExpiredCredentialsError,
    ObjectArchivedError,
    ObjectChangedError,
    ObjectMissingError,
    PermanentError,
    PipelineError,
    ServiceUnavailableError,
)

DENIED_CODES = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "403", "Forbidden", "AllAccessDisabled", "OptInRequired"),
        *("KMS.DisabledException", "KMS.AccessDeniedException", "KMS.KMSInvalidStateException"),
        *("KMSInvalidStateException", "KmsAccessDenied", "KmsDisabled", "KmsInvalidState"),
    }
)
"""Refusals that a policy or a key decides: whoever changed it may change it back."""
EXPIRED_CODES = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
"""Refusals of temporary credentials, which no process renews that has them from its environment."""
EXPIRED = "the credentials of this process have expired; another process of the function has others"
OVERWRITTEN = "the object was overwritten, its new content has an event of its own"
FINAL: Sequence[tuple[frozenset[str], type[PermanentError], str]] = (
    (
        frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "404", "NotFound"}),
        ObjectMissingError,
        "; nothing is left to read",
    ),
    (
        frozenset({"InvalidObjectState"}),
        ObjectArchivedError,
        "; restore it: when that is completed, its event starts the reading",
    ),
    (DENIED_CODES, AccessDeniedError, "; check that the bucket is a source, and the policies of role, bucket and key"),
    (frozenset({"PreconditionFailed", "412"}), ObjectChangedError, f"; {OVERWRITTEN}"),
    (frozenset({"InvalidArgument", "ValidationException", "MethodNotAllowed", "InvalidRequest"}), PermanentError, ""),
)
"""The codes that waiting does not mend, what they mean, and how the message ends."""


def get_error_code(error: ClientError) -> str:
    """Return the service's code of an error, such as `NoSuchKey`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def translate_error(error: BaseException, action: str) -> PipelineError:
    """Return the pipeline's error for an error that botocore raised during `action`.

    It is retryable unless its code is known to be final. Example: `NoSuchKey` becomes `ObjectMissingError`.
    """
    if not isinstance(error, ClientError):
        return ServiceUnavailableError(f"{action}: {type(error).__name__}: {error}")
    code = get_error_code(error)
    message = f"{action}: {code}: {error.response.get('Error', {}).get('Message', '')}"
    if code in EXPIRED_CODES:
        return ExpiredCredentialsError(f"{message}; {EXPIRED}")
    for codes, kind, ending in FINAL:
        if code in codes:
            return kind(message + ending)
    return ServiceUnavailableError(message)
