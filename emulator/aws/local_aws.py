"""Start and stop a local AWS: moto's services on a loopback port, and functions that really run."""

import json
import logging
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self

import boto3
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

from emulator.aws.batch_write import StoredItem, build_batch_write_middleware
from emulator.aws.buses import Undelivered
from emulator.aws.chains import Chains
from emulator.aws.concurrency import ConcurrencyPool
from emulator.aws.deployments import find_logs, read_reservations
from emulator.aws.edge import Edge, Middleware
from emulator.aws.embedded_metrics import EmbeddedMetrics
from emulator.aws.events import Events, InFlight
from emulator.aws.execution_roles import ExecutionRoles
from emulator.aws.fleet import CONCURRENCY, Fleet
from emulator.aws.iam import build_policy_middleware
from emulator.aws.invocations import Invocation, Invoker
from emulator.aws.key_queries import build_key_query_middleware
from emulator.aws.mappings import Mappings
from emulator.aws.metric_answers import answer_metrics
from emulator.aws.metrics import Clock, MetricStore
from emulator.aws.moto_fixes import apply_fixes
from emulator.aws.ownership import refuse_acls
from emulator.aws.policies.callers import Caller
from emulator.aws.redirects import redirect_regions
from emulator.aws.role_documents import refuse_role_policies
from emulator.aws.roles import Roles
from emulator.aws.service_metrics import ServiceMetrics
from emulator.aws.table_metrics import TableMetrics
from emulator.aws.table_uses import add_counter, remove_counter
from emulator.aws.variables import build_variable_middleware
from emulator.aws.watch import Watch

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
ACCOUNT_CONCURRENCY = 1000
"""An account's default quota of concurrent executions; a new account has 10."""


class PortInUseError(Exception):
    """The port is already in use. The message names it and says what to do."""


class LocalAws:
    """A context manager around a local AWS. On exit, everything that it started has ended."""

    def __init__(
        self,
        *,
        port: int = 0,
        retry_pause_scale: float = 0.005,
        log_dir: Path | None = None,
        account_concurrency: int = ACCOUNT_CONCURRENCY,
        middlewares: Sequence[Middleware] = (),
    ) -> None:
        self._port = port
        self.concurrency = ConcurrencyPool(account_concurrency, partial(read_reservations, ACCOUNT_ID, REGION))
        self.chains = Chains()
        self.clock = Clock()
        self.metrics = MetricStore()
        self._service_metrics = ServiceMetrics(ACCOUNT_ID, REGION, self.metrics, self.clock)
        self._table_metrics = TableMetrics(self.metrics, self.clock)
        self.watch = Watch(ACCOUNT_ID, REGION, self.metrics, self.clock, self._report_metrics)
        self._middlewares = middlewares
        self._scale = retry_pause_scale
        self._given_log_dir = log_dir
        self.invocations: list[Invocation] = []
        self._roles = Roles(ACCOUNT_ID, REGION)
        self._execution_roles = ExecutionRoles(self._roles.read_role, ACCOUNT_ID, REGION)

    def __enter__(self) -> Self:
        apply_fixes()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        _check_free(self._port)
        self._scratch = tempfile.TemporaryDirectory(prefix="local-aws-")
        log_dir = self._given_log_dir or Path(self._scratch.name)
        log_dir.mkdir(parents=True, exist_ok=True)
        counted = self._table_metrics.build_middleware()
        self._edge = Edge(self._port, [counted, *self._middlewares, *self._build_middlewares()])
        self.endpoint_url = self._edge.url
        self.embedded_metrics = EmbeddedMetrics(
            log_dir, self.metrics, self.clock, partial(find_logs, ACCOUNT_ID, REGION)
        )
        roles = self._execution_roles
        self._fleet = Fleet(log_dir, CONCURRENCY, self._roles.create_credentials, roles.may_log)
        self._in_flight = InFlight()
        metrics = self._service_metrics
        invoker = self._build_invoker()
        invoker.serve_moto()
        self._events = Events(roles, invoker.run, self._in_flight, retry_pause_scale=self._scale, metrics=metrics)
        self._mappings = Mappings(
            roles, invoker.run, self._in_flight, self.chains, pause_scale=self._scale, metrics=metrics
        )
        add_counter(self._table_metrics)
        answer_metrics(self.metrics, self._report_metrics, account_id=ACCOUNT_ID, region=REGION)
        return self

    def __exit__(self, *_: object) -> None:
        remove_counter(self._table_metrics)
        self._mappings.close()
        self._events.close()
        self._fleet.close()
        self._edge.close()
        self._scratch.cleanup()

    def build_environment(self, caller: Caller | None = None, *, account: str = ACCOUNT_ID) -> dict[str, str]:
        """Return the variables that make Terraform, cdktf, boto3 and the operator's tools use an account of it.

        Without a `caller`, nothing is denied to them.
        """
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self._issue_key(caller, account),
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: str, caller: Caller | None = None, *, account: str = ACCOUNT_ID) -> Any:
        """Return a boto3 client of `service` in an account; without a `caller`, nothing is denied to it."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=self._issue_key(caller, account),
            aws_secret_access_key="local",  # noqa: S106 - any text is a key here
        )

    def _issue_key(self, caller: Caller | None, account: str) -> str:
        """Return an access key of a caller, else one to which nothing in the account is denied."""
        if caller is not None:
            return self._roles.add_caller(caller)
        return "local" if account == ACCOUNT_ID else self._roles.open_account(account)

    @property
    def undelivered_events(self) -> Sequence[Undelivered]:
        """Return the events that a rule of EventBridge matched and could not deliver."""
        return self._events.buses.undelivered

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Wait until no invocation runs or waits and every queue that feeds a function is empty.

        Return False if `timeout_s` passes first.
        """
        return self._in_flight.wait(timeout_s, self._mappings.is_idle)

    def read_table_items(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the items of a table in DynamoDB's JSON, read from moto's memory."""
        for item in list(dynamodb_backends[ACCOUNT_ID][REGION].get_table(table).all_items()):
            yield (item.get_plain_attributes() if isinstance(item, StoredItem) else None) or item.to_json()[
                "Attributes"
            ]

    def read_queue_messages(self, queue: str) -> list[tuple[str, dict[str, str]]]:
        """Return body and attributes of every message of a queue, in flight or not, without receiving it."""
        moto_queue = sqs_backends[ACCOUNT_ID][REGION].get_queue(queue)
        return [
            (message.body, {name: value["StringValue"] for name, value in message.message_attributes.items()})
            for message in moto_queue._messages  # noqa: SLF001 - its public list hides messages in flight
        ]

    def invoke_async(self, function: str, event: dict[str, Any]) -> None:
        """Deliver `event` as S3 and EventBridge do: with retries, then to the function's dead-letter queue.

        `function` is a name or an ARN, with an alias or without.
        """
        self._events.invoke_async(function, json.dumps(event).encode())

    def repeat_messages(self, is_repeated: Callable[[str], bool]) -> None:
        """Deliver messages again while their invocations run, if `is_repeated` says so of a message's body.

        A message is not delivered again if no slot is free before its invocation ends.
        """
        self._mappings.repeats = is_repeated

    @contextmanager
    def change_concurrency(self, account: int, running: int, pause_scale: float) -> Iterator[None]:
        """Let the account have `account` concurrent executions in the block, of which `running` run here at once.

        A message whose invocation failed or was throttled is hidden for its time multiplied by `pause_scale`.
        """
        before = self.concurrency.size, self._mappings.slots, self._mappings.scale
        self._set_concurrency(account, running, pause_scale)
        try:
            yield
        finally:
            self._set_concurrency(*before)

    def _set_concurrency(self, account: int, running: int, pause_scale: float) -> None:
        self.concurrency.size, self._mappings.slots, self._mappings.scale = account, running, pause_scale
        self._fleet.resize(running)

    @property
    def throttled_receives(self) -> Mapping[str, int]:
        """Return by function how many messages were received and never delivered, because it was throttled."""
        return self._mappings.throttled_receives

    def kill(self, access_key: str) -> bool:
        """Kill the child process that signs with `access_key`; return whether there was one."""
        return self._fleet.kill(access_key)

    def _build_invoker(self) -> Invoker:
        return Invoker(
            self.endpoint_url,
            REGION,
            self._fleet,
            concurrency=self.concurrency,
            chains=self.chains,
            metrics=self._service_metrics,
            finished=self.invocations,
        )

    def _report_metrics(self) -> None:
        self.embedded_metrics.collect()
        self._service_metrics.report_queues()
        self._table_metrics.report()

    def _build_middlewares(self) -> list[Middleware]:
        return [
            self.chains.build_middleware(),
            redirect_regions,
            build_policy_middleware(self._roles.find_caller, ACCOUNT_ID, REGION),
            build_variable_middleware(self._roles.find_caller, ACCOUNT_ID, REGION),
            self._execution_roles.build_middleware(),
            self.concurrency.refuse_reservations,
            refuse_role_policies,
            refuse_acls,
            build_batch_write_middleware(ACCOUNT_ID, REGION),
            build_key_query_middleware(ACCOUNT_ID, REGION),
        ]


def _check_free(port: int) -> None:
    if port:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise PortInUseError(f"port {port} on 127.0.0.1 is in use: choose another one, or 0 for any free one")
