"""Explain what the function would make of an object or a file, without storing anything."""

from pathlib import Path

from log_processor.routing.config.toml_tables import read_tables
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import FILE, Routes

from ops.configuration import load_configuration
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.explaining.forecast import make_forecast
from ops.explaining.object_head import ObjectHead, read_file, read_object
from ops.explaining.page import print_json_page, print_page
from ops.explaining.sample import take_sample
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_environment, print_heading
from ops.object_name import parse_object_name
from ops.parse import derive_key, load_routes
from stacks.config import Config


def run(name: str, *, key: str | None, routes_file: Path | None, as_json: bool) -> int:
    """Print what the function would make of `name`, a file or `s3://bucket/key`; `key` is that of a file's upload.

    Return 1 if the function would give it up or reject a record, else 0.
    """
    config = load_configuration()
    path = routes_file or FILE
    routes = load_routes(path)
    head = _read_head(name, key, config)
    if not head.content:
        raise CommandError(f"{name} is empty: the function stores nothing of it")
    route = routes.find(head.key, head.bucket)
    sample = take_sample(head, route, config)
    forecast = make_forecast(head, sample, config, route)
    chosen = describe_route(routes, route, path)
    if as_json:
        print_json_page(head, route, chosen, sample, forecast)
    else:
        print_page(head, route, chosen, sample, forecast)
    return ExitCode.WRONG if sample.failure or sample.counts["rejected"] else ExitCode.WELL


def _read_head(name: str, key: str | None, config: Config) -> ObjectHead:
    if not name.startswith("s3://"):
        print_heading(config)
        return read_file(Path(name), key or derive_key(Path(name)))
    bucket, own_key = parse_object_name(name)
    if key is not None:
        raise CommandError(f"--key {key}: {name} has a key already: leave --key out, or name a file")
    environment = open_environment(config)
    with translate_errors(name, config):
        return read_object(environment.session.client("s3"), bucket, own_key)


def describe_route(routes: Routes, route: Route, path: Path) -> str:
    """Return which route it is, by the line of the file and its key patterns."""
    index = next((number for number, one in enumerate(routes.routes) if one is route), None)
    if index is None:
        return f"none of {path.name} has a pattern for its key: what holds without a route"
    table = read_tables(path.read_text("utf-8")).routes[index]
    return f"that of line {table.line} of {path.name}: keys = {', '.join(table.values['keys'])}"
