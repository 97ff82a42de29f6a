"""Answer for a bucket of another region as S3 does: with 301 and the bucket's region, whatever is asked of it.

Source: Amazon S3 User Guide, Making requests by using the REST API: Request redirection. moto serves the
buckets of every region.
"""

import re
from collections.abc import Iterable
from typing import Any

from emulator.aws.buckets import find_bucket
from emulator.aws.edge import Application, Environ

S3_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/s3/aws4_request")
BODY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>PermanentRedirect</Code>'
    b"<Message>Address the bucket at the endpoint of its region.</Message></Error>"
)


def redirect_regions(application: Application) -> Application:
    """Return the application behind what sends callers to the region of a bucket."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        scope = S3_SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        bucket = find_bucket(str(environ.get("PATH_INFO", "")).lstrip("/").partition("/")[0])
        if scope is None or bucket is None or bucket.region_name == scope[1]:
            return application(environ, start_response)
        length = str(len(BODY))
        headers = [
            ("x-amz-bucket-region", str(bucket.region_name)),
            ("Content-Type", "application/xml"),
            ("Content-Length", length),
        ]
        start_response("301 Moved Permanently", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else BODY]

    return answer
