"""Refuse ACLs to a bucket that enforces its owner: all but the owner's full control.

Source: Amazon S3 User Guide, Controlling ownership of objects and disabling ACLs for your bucket.
"""

from collections.abc import Iterable
from typing import Any

from emulator.aws.buckets import find_bucket
from emulator.aws.edge import Application, Environ

FULL_CONTROL = "bucket-owner-full-control"
REFUSAL = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessControlListNotSupported</Code>'
    b"<Message>The bucket does not allow ACLs</Message></Error>"
)


def refuse_acls(application: Application) -> Application:
    """Return the application behind a check of the ACLs that requests ask for."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        asked = environ.get("HTTP_X_AMZ_ACL", FULL_CONTROL)
        grants = any(name.startswith("HTTP_X_AMZ_GRANT_") for name in environ)
        if (asked == FULL_CONTROL and not grants) or not _is_owner_enforced(str(environ["PATH_INFO"])):
            return application(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "application/xml"), ("Content-Length", str(len(REFUSAL)))])
        return [REFUSAL]

    return answer


def _is_owner_enforced(path: str) -> bool:
    bucket = find_bucket(path.lstrip("/").partition("/")[0])
    return bucket is not None and "BucketOwnerEnforced" in str(bucket.ownership_rule)
