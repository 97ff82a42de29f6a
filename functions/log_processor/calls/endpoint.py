"""Open connections to a service as botocore does: through the proxy of the environment, with the same certificates."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from socket import SO_SNDBUF, SOL_SOCKET
from threading import Lock
from urllib.parse import urlsplit

from botocore.httpsession import ProxyConfiguration, create_urllib3_context, get_cert_path
from botocore.utils import get_environ_proxies
from urllib3.connection import ProxyConfig
from urllib3.util import parse_url
from urllib3.util.ssl_match_hostname import CertificateError

from log_processor.calls.connections import LimitedHTTPConnection, LimitedHTTPSConnection
from log_processor.calls.kept_connection import KeptConnection
from log_processor.calls.signer import DEFAULT_PORTS
from log_processor.calls.time_limit import TimeLimit


@dataclass(frozen=True, slots=True)
class Network:
    """How services are reached.

    - `proxies`: the URL of a proxy by the scheme of what is reached through it.
    - `certificates`: the file of those to trust; None are those that botocore brings.
    """

    proxies: Mapping[str, str] = field(default_factory=dict)
    certificates: str | None = None


DIRECT = Network()
SEND_BUFFER_BYTES = 256 * 1024
"""What the system keeps of a request that the network has not taken yet; it counts what it needs itself, too."""


class CertificatesError(OSError):
    """The file of the certificates to trust cannot be used."""


def find_network(url: str, certificates: str | None) -> Network:
    """Return how the environment says that `url` is reached: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`."""
    return Network(get_environ_proxies(url), certificates)


class Endpoint:
    """The address of a service.

    `target` is what the first line of a request names, and `headers` are what a request to a proxy has besides.
    """

    def __init__(self, url: str, network: Network) -> None:
        parts = urlsplit(url)
        self._host, self._is_tls = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or DEFAULT_PORTS[parts.scheme]
        proxies = ProxyConfiguration(dict(network.proxies))
        self._proxy = proxies.proxy_url_for(url)
        self._proxy_headers = proxies.proxy_headers_for(self._proxy) if self._proxy else {}
        is_forwarded = self._proxy is not None and not self._is_tls
        self.target = url if is_forwarded else parts.path or "/"
        self.headers = self._proxy_headers if is_forwarded else {}
        self._certificates = network.certificates
        self._context: ssl.SSLContext | None = None
        self._context_lock = Lock()

    def connect(self, limit: TimeLimit, timeout_s: float) -> KeptConnection:
        """Return a new connection; raise an error of urllib3 or an `OSError` if there is none within `timeout_s`."""
        connection = self._make_connection(timeout_s)
        try:
            connection.connect()
            connection.sock.settimeout(None)
            connection.sock.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES)
            return KeptConnection(connection.sock, limit.share())
        except BaseException as error:
            connection.close()
            if isinstance(error, CertificateError | HTTPException):  # by urllib3's and Python's own layers below
                raise ConnectionError(f"{type(error).__name__}: {error}") from error
            raise

    def _make_connection(self, timeout_s: float) -> LimitedHTTPConnection | LimitedHTTPSConnection:
        proxy = parse_url(self._proxy) if self._proxy else None
        host, port = (proxy.host or "", proxy.port) if proxy else (self._host, self._port)
        if not self._is_tls and (proxy is None or proxy.scheme != "https"):
            return LimitedHTTPConnection(host, port, timeout=timeout_s)
        with self._context_lock:
            context = self._context = self._context or self._make_context()
        connection = LimitedHTTPSConnection(
            host,
            port,
            timeout=timeout_s,
            ssl_context=context,
            cert_reqs=context.verify_mode,
            proxy=proxy,
            proxy_config=ProxyConfig(context, False, None, None) if proxy else None,
        )
        if proxy and self._is_tls:
            scheme = "https" if proxy.scheme == "https" else "http"
            connection.set_tunnel(self._host, self._port, headers=self._proxy_headers, scheme=scheme)
        return connection

    def _make_context(self) -> ssl.SSLContext:
        """Return what TLS needs; the certificates are loaded once, because that takes longer than a request."""
        context: ssl.SSLContext = create_urllib3_context()
        file = self._certificates or get_cert_path(True)
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(file)
        except OSError as error:
            sentence = f"the certificates in {file} cannot be read ({error}): let AWS_CA_BUNDLE name a PEM file of them"
            raise CertificatesError(sentence) from error
        return context
