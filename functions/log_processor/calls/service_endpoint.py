"""Find the address of a service as botocore's clients do, without making a client, which takes long at a cold start."""

from typing import Any

from botocore.client import ClientEndpointBridge
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.regions import EndpointResolver
from botocore.session import Session

PSEUDO = "fips"
"""What stands in the name of a pseudo region, which botocore's clients translate."""


def find_endpoint(session: Session, service: str) -> tuple[str, str]:
    """Return the URL and the region of a service, as `meta` of a client of the session would have them."""
    region = session.get_config_variable("region")
    if not region or PSEUDO in region:
        meta = session.create_client(service).meta
        return meta.endpoint_url, meta.region_name
    resolver = EndpointResolver(session.get_component("data_loader").load_data("endpoints"))
    bridge: Any = ClientEndpointBridge(resolver, config_store=session.get_component("config_store"))
    resolved = bridge.resolve(service, region, _find_configured_url(session, service))
    return resolved["endpoint_url"], resolved["region_name"]


def _find_configured_url(session: Session, service: str) -> str | None:
    """Return the URL that the environment or a profile names for the service, or for all; None if there is none."""
    if session.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    provider = ConfiguredEndpointProvider(
        full_config=session.full_config, scoped_config=session.get_scoped_config(), client_name=service
    )
    url: str | None = provider.provide()
    return url
