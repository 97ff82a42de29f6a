"""Make the connections of urllib3 and botocore known to the time limit of the call that uses them."""

import socket
from typing import Any

from botocore.awsrequest import AWSHTTPConnection, AWSHTTPConnectionPool, AWSHTTPSConnection, AWSHTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from log_processor.calls.time_limit import get_time_limit


class WatchedConnection(HTTPConnection):
    """A connection that is watched while a call with a time limit opens or uses it."""

    def _new_conn(self) -> socket.socket:
        limit = get_time_limit()
        return super()._new_conn() if limit is None else limit.connect(super()._new_conn)

    def request(self, *arguments: Any, **named: Any) -> None:
        """Send a request, as urllib3 does; a kept connection becomes known to the limit of this call."""
        limit = get_time_limit()
        if limit is not None and self.sock is not None:
            limit.watch(self.sock)
        super().request(*arguments, **named)


class LimitedHTTPConnection(WatchedConnection):
    """A plain connection of urllib3 that is watched."""


class LimitedHTTPSConnection(WatchedConnection, HTTPSConnection):
    """A connection of urllib3 with TLS that is watched."""


class LimitedAWSConnection(WatchedConnection, AWSHTTPConnection):  # type: ignore[misc]
    """A plain connection of botocore that is watched."""


class LimitedAWSTLSConnection(WatchedConnection, AWSHTTPSConnection):  # type: ignore[misc]
    """A connection of botocore with TLS that is watched."""


class LimitedAWSPool(AWSHTTPConnectionPool):
    """A pool of watched connections for botocore."""

    ConnectionCls = LimitedAWSConnection


class LimitedAWSTLSPool(AWSHTTPSConnectionPool):
    """A pool of watched connections with TLS for botocore."""

    ConnectionCls = LimitedAWSTLSConnection


AWS_POOLS: dict[str, Any] = {"http": LimitedAWSPool, "https": LimitedAWSTLSPool}
