"""Filters keep what they say; a sample is the same in every attempt."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.record import LogRecord
from log_processor.routing import routes
from log_processor.routing.lib.filters import Filters, sampled


def record(text: str = "GET /health 200", **given_values: Any) -> LogRecord:
    return LogRecord("id", 0, given_values.pop("format", "text"), text, 0, len(text), **given_values)


def filters(lines: str) -> Filters:
    found = routes.read(f"[[route]]\nkeys = ['**']\n{lines}").routes[0].filters
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("lines", "given_values", "kept"),
    [
        ("include = ['health']", {}, True),
        ("include = ['^health']", {}, False),
        ("include = ['POST', '(?i)get']", {}, True),
        ("exclude = ['/health']", {}, False),
        ("include = ['GET']\nexclude = ['200$']", {}, False),
        ("exclude = [{field = 'level', equals = ['debug', 'trace']}]", {"level": "debug"}, False),
        ("exclude = [{field = 'level', equals = ['debug', 'trace']}]", {"level": "info"}, True),
        ("exclude = [{field = 'level', equals = ['debug', 'trace']}]", {}, True),
        ("include = [{field = 'format', equals = ['text']}]", {}, True),
        ("include = [{field = 'status', equals = [200]}]", {"fields": {"status": 200}}, True),
        ("include = [{field = 'status', equals = [200]}]", {"fields": {"status": 200.0}}, True),
        ("include = [{field = 'status', equals = ['200']}]", {"fields": {"status": 200}}, True),
        ("include = [{field = 'ok', equals = [true]}]", {"fields": {"ok": 1}}, False),
        ("include = [{field = 'ok', equals = [true]}]", {"fields": {"ok": True}}, True),
        ("include = [{field = 'url.path', matches = '^/v1'}]", {"fields": {"url.path": "/v1/x"}}, True),
        ("include = [{field = 'user.name', matches = 'a'}]", {"fields": {"user": {"name": "ann"}}}, True),
        ("include = [{field = 'user.name', matches = 'a'}]", {"fields": {"user": "ann"}}, False),
    ],
)
def test_conditions(lines: str, given_values: dict[str, Any], kept: bool) -> None:
    """One of `include` and none of `exclude`; values are compared as they are written."""
    assert filters(lines).keep(record(**given_values)) is kept


def test_a_condition_on_a_field_cannot_hide_what_could_not_be_read() -> None:
    """A reject has no fields; only its text may keep it out."""
    reject = record(parse_error="not JSON")
    assert filters("include = [{field = 'level', equals = ['error']}]").keep(reject)
    assert not filters("include = ['never']").keep(reject)
    assert not filters("include = [{field = 'level', equals = ['error']}]\nexclude = ['GET']").keep(reject)


def test_no_filter_is_none_at_all() -> None:
    """A route that filters nothing costs nothing."""
    assert routes.read("[[route]]\nkeys = ['**']\nsample = 1").routes[0].filters is None


@given(st.text(max_size=40), st.floats(0, 1), st.floats(0, 1))
def test_a_sample_is_a_function_of_the_identity_and_grows_with_the_share(name: str, one: float, two: float) -> None:
    """What a smaller share holds, a larger one holds too; the ends are none and all."""
    assert sampled(name, max(one, two)) >= sampled(name, min(one, two))
    assert sampled(name, 1)
    assert not sampled(name, 0)


def test_a_sample_has_the_size_that_was_asked_for() -> None:
    """A tenth of neighbouring identities, within what chance allows."""
    assert 900 < sum(sampled(f"0123456789abcdef-{offset:x}", 0.1) for offset in range(0, 1_000_000, 100)) < 1100
