"""Sign requests to one service with AWS Signature Version 4; the key of a day is derived once.

botocore's signer derives it for every request, and walks the headers of each; most of a request's time went there.
Source: AWS Identity and Access Management User Guide, "Create a signed AWS API request".
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

from botocore.credentials import ReadOnlyCredentials
from botocore.utils import normalize_url_path

ALGORITHM = "AWS4-HMAC-SHA256"
SESSION_HEADER = "x-amz-security-token"
DEFAULT_PORTS = {"http": 80, "https": 443}


class Signer:
    """A signer of POST requests to one URL; several threads may use it at once.

    `headers` are the headers of every request that are signed, without those of the date, the token and the host. Their
    names are in lower case.
    """

    def __init__(self, url: str, service: str, region: str, headers: Mapping[str, str]) -> None:
        self._region, self._service = region, service
        self._path = quote(normalize_url_path(urlsplit(url).path), safe="/~")
        self._headers = {"host": find_host(url), **{name: " ".join(text.split()) for name, text in headers.items()}}

    def sign(self, body: bytes, credentials: ReadOnlyCredentials, time_s: float) -> dict[str, str]:
        """Return the headers, in lower case, that the request with `body` has to have at the epoch time `time_s`."""
        stamp = _format_time(int(time_s))
        headers = self._headers | {"x-amz-date": stamp}
        if credentials.token:
            headers[SESSION_HEADER] = credentials.token
        names = sorted(headers)
        signed = ";".join(names)
        lines = "".join([f"{name}:{headers[name]}\n" for name in names])
        canonical = f"POST\n{self._path}\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{stamp[:8]}/{self._region}/{self._service}/aws4_request"
        text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = _derive_key(credentials.secret_key, stamp[:8], self._region, self._service)
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        access_key = credentials.access_key
        headers["authorization"] = (
            f"{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"
        )
        return headers


def find_host(url: str) -> str:
    """Return the host header of a request to `url`: with the port if it is not that of the scheme."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in {None, DEFAULT_PORTS.get(parts.scheme)} else f"{host}:{parts.port}"


@lru_cache(maxsize=4)
def _format_time(epoch_s: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(epoch_s))


@lru_cache(maxsize=4)
def _derive_key(secret: str, *scope: str) -> bytes:
    """Return the key of a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in (*scope, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
