"""What a failed call to an AWS service means: wait, give up, or the object is gone."""

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
DENIED_CODES = frozenset({"AccessDenied", "AccessDeniedException", "403", "Forbidden", "KMS.DisabledException"})
CHANGED_CODES = frozenset({"PreconditionFailed", "412"})
REQUEST_CODES = frozenset({"InvalidArgument", "ValidationException", "MethodNotAllowed", "InvalidRequest"})


def error_code(error: ClientError) -> str:
    """The service's own code, such as `NoSuchKey`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def sorted_error(error: BaseException, action: str) -> PipelineError:
    """The pipeline's error for a botocore error met while `action`; what is not known to be final is retryable."""
    if not isinstance(error, ClientError):
        return ServiceUnavailableError(f"{action}: {type(error).__name__}: {error}")
    code = error_code(error)
    message = f"{action}: {code}: {error.response.get('Error', {}).get('Message', '')}"
    if code in MISSING_CODES:
        return ObjectMissingError(f"{message}; nothing is left to read")
    if code in DENIED_CODES:
        return AccessDeniedError(f"{message}; check the role, the bucket policy and the key policy")
    if code in CHANGED_CODES:
        return ObjectChangedError(f"{message}; the object was overwritten, its new content has an event of its own")
    if code in REQUEST_CODES:
        return PermanentError(message)
    return ServiceUnavailableError(message)
