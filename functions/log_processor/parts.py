"""Connect the parts of the function that live as long as its process: clients, routes, pipeline and reporter."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

from log_processor.calls.clients import CallLimits
from log_processor.calls.endpoint import find_network
from log_processor.calls.late_client import LateClient, copy_object
from log_processor.calls.secrets import read_secret
from log_processor.calls.service_endpoint import find_endpoint
from log_processor.calls.service_models import hasten_models
from log_processor.errors import SettingsError
from log_processor.pipeline import Pipeline, Services
from log_processor.reading.source import ObjectSource
from log_processor.reporting import Reporter, limit_logs
from log_processor.routing.routes import Routes, load
from log_processor.settings import Settings
from log_processor.storing.error_archive import ErrorArchive
from log_processor.storing.ledger import Ledger
from log_processor.storing.table_client import TableClient
from log_processor.storing.wire import TableWire
from log_processor.storing.write_window import WINDOW_BATCHES
from log_processor.work.continuation import RangeQueue

CONNECTIONS = 2 * WINDOW_BATCHES
CLIENT_CONFIG = Config(retries={"mode": "standard"})
"""`CallLimits` bounds the time of the calls and the number of their tries."""
SECRET_CONFIG = Config(retries={"mode": "standard"}, connect_timeout=2, read_timeout=2)
"""The secret is read once a process, before the invocation's end is known."""


@dataclass(frozen=True, slots=True)
class FunctionParts:
    """The parts of the function that live as long as its process."""

    pipeline: Pipeline
    routes: Routes
    queue: RangeQueue
    limits: CallLimits
    reporter: Reporter
    max_receive_count: int


def connect_parts(environ: Mapping[str, str]) -> FunctionParts:
    """Return the parts of the function for an environment, with clients of AWS's services.

    Raise `SettingsError` if the environment is not the one that the stack sets.
    """
    settings = Settings.from_environment(environ)
    limit_logs(settings.log_level)
    session = get_session()
    hasten_models(session)
    certificates = session.get_config_variable("ca_bundle") or environ.get("REQUESTS_CA_BUNDLE")
    limits = CallLimits(certificates)

    def make_client(service: str) -> Any:
        return limits.limit_client(session.create_client(service, config=CLIENT_CONFIG), CONNECTIONS)

    s3 = make_client("s3")
    s3.copy = partial(copy_object, s3)
    sqs: Any = LateClient(partial(make_client, "sqs"))
    queue = RangeQueue(sqs, settings.work_queue_url, settings.dead_letter_queue_url)
    credentials = session.get_credentials()
    if credentials is None:
        raise SettingsError("no AWS credentials: the function runs with the credentials of its role")
    endpoint_url, region = find_endpoint(session, "dynamodb")
    wire = TableWire(
        endpoint_url=endpoint_url,
        region=region,
        credentials=credentials,
        connections=WINDOW_BATCHES,
        network=find_network(endpoint_url, certificates),
    )
    dynamodb: Any = TableClient(wire, partial(limits.get_left_s, is_read=False))
    routes = load(_read_redaction_key(session, settings))
    reporter = Reporter(routes.list_sources())
    services = Services(
        source=ObjectSource(s3),
        wire=wire,
        queries=wire.asking("Query"),
        ledger=Ledger(dynamodb, settings.ledger_table, settings.ledger_ttl_days),
        archive=ErrorArchive(s3, settings.error_bucket),
        queue=queue,
        reporter=reporter,
    )
    pipeline = Pipeline(settings, services, routes)
    return FunctionParts(pipeline, routes, queue, limits, reporter, settings.max_receive_count)


def _read_redaction_key(session: Session, settings: Settings) -> str:
    """Return the key of the hashes: that of the environment, else that which the secret holds."""
    if not settings.redaction_secret:
        return settings.redaction_key
    return read_secret(session.create_client("secretsmanager", config=SECRET_CONFIG), settings.redaction_secret)
