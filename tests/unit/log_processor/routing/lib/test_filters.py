"""Filters keep the records that meet their conditions; every attempt samples the same records."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.record import LogRecord
from log_processor.routing import routes
from log_processor.routing.lib.filters import Filters, is_sampled


def build_record(text: str = "GET /health 200", **given_values: Any) -> LogRecord:
    return LogRecord("id", 0, given_values.pop("format", "text"), text, 0, len(text), **given_values)


def read_filters(lines: str) -> Filters:
    filters = routes.read(f"[[route]]\nkeys = ['**']\n{lines}").routes[0].filters
    assert filters is not None
    return filters


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
def test_conditions_decide_what_is_kept(lines: str, given_values: dict[str, Any], kept: bool) -> None:
    """A record meets one of `include` and none of `exclude`; numbers and booleans are compared as text."""
    assert read_filters(lines).should_keep(build_record(**given_values)) is kept


def test_a_condition_on_a_field_leaves_out_no_reject() -> None:
    """A reject has no fields, so only a condition on its text can leave it out."""
    reject = build_record(parse_error="not JSON")
    assert read_filters("include = [{field = 'level', equals = ['error']}]").should_keep(reject)
    assert not read_filters("include = ['never']").should_keep(reject)
    assert not read_filters("include = [{field = 'level', equals = ['error']}]\nexclude = ['GET']").should_keep(reject)


def test_a_route_that_keeps_all_has_no_filters() -> None:
    """A sample of 1 without conditions makes no filters, so records are not looked at."""
    assert routes.read("[[route]]\nkeys = ['**']\nsample = 1").routes[0].filters is None


@given(st.text(max_size=40), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_contains_the_smaller_sample(name: str, one: float, two: float) -> None:
    """The id alone decides; a share of 0 contains no record, and a share of 1 all of them."""
    assert is_sampled(name, max(one, two)) >= is_sampled(name, min(one, two))
    assert is_sampled(name, 1)
    assert not is_sampled(name, 0)


def test_a_sample_has_about_the_size_of_its_share() -> None:
    """A share of 0.1 contains a tenth of 10,000 neighbouring ids, give or take 100."""
    assert 900 < sum(is_sampled(f"0123456789abcdef-{offset:x}", 0.1) for offset in range(0, 1_000_000, 100)) < 1100
