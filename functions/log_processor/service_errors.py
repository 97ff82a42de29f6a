"""Translate errors of AWS services to the pipeline's own: wait, give up, or the object is gone."""

from botocore.exceptions import ClientError

from log_processor.errors import (
    AccessDeniedError,
    ObjectChangedError,
    ObjectMissingError,
    PermanentError,
    PipelineError,
    ServiceUnavailableError,
)

MISSING_CODES = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "404", "NotFound", "InvalidObjectState"})
DENIED_CODES = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "403", "Forbidden", "AllAccessDisabled", "OptInRequired"),
        *("KMS.DisabledException", "KMS.AccessDeniedException", "KMS.KMSInvalidStateException"),
        *("KMSInvalidStateException", "KmsAccessDenied", "KmsDisabled", "KmsInvalidState"),
    }
)
"""Refusals that a policy or a key decides: whoever changed it may change it back."""
CHANGED_CODES = frozenset({"PreconditionFailed", "412"})
OVERWRITTEN = "the object was overwritten, its new content has an event of its own"
REQUEST_CODES = frozenset({"InvalidArgument", "ValidationException", "MethodNotAllowed", "InvalidRequest"})


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
    if code in MISSING_CODES:
        return ObjectMissingError(f"{message}; nothing is left to read")
    if code in DENIED_CODES:
        return AccessDeniedError(f"{message}; check the role, the bucket policy and the key policy")
    if code in CHANGED_CODES:
        return ObjectChangedError(f"{message}; {OVERWRITTEN}")
    if code in REQUEST_CODES:
        return PermanentError(message)
    return ServiceUnavailableError(message)
