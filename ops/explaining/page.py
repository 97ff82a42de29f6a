"""Print what was found of an object: route, format, first records, rejects, hidden values, ranges, time and cost."""

import json
from collections.abc import Iterator

from log_processor.routing.lib.route import Route

from ops.explaining.forecast import Forecast
from ops.explaining.object_head import ObjectHead
from ops.explaining.sample import RecordSample
from ops.frame.output import print_json, print_lines
from ops.frame.read_budget import format_size
from ops.frame.times import describe_span
from ops.pricing.bill import build_json, print_bill
from ops.reasons import describe_decision

LABEL = 9
ENDS = ("stored", "filtered", "rejected")
PACKS = "packs"
PACKED = "its records go into packs, of which this is the price: docs/packs.md"


def print_page(head: ObjectHead, route: Route, chosen: str, sample: RecordSample, forecast: Forecast) -> None:
    """Print the page for a reader."""
    print_lines([head.name])
    print_lines(f"  {name:<{LABEL}} {text}".rstrip() for name, text in _list_facts(head, route, chosen, sample))
    print_lines(f"  {name:<{LABEL}} {text}" for name, text in _list_forecast(sample, forecast))
    print_lines(["", "first records, as they would be stored:"])
    print_lines(json.dumps(item, ensure_ascii=False) for item in sample.first)
    if sample.rejects:
        print_lines(["", "first rejects, which would be stored as text and archived:"])
        print_lines(f"  byte {offset}: {reason}" for offset, reason in sample.rejects)
    print_lines(["", "cost, if all of it is like what was read:"])
    print_bill(forecast.usage, forecast.text_bytes)
    if forecast.storage == PACKS:
        print_lines([PACKED])


def _list_facts(head: ObjectHead, route: Route, chosen: str, sample: RecordSample) -> Iterator[tuple[str, str]]:
    yield "route", chosen
    yield "source", route.get_source(head.key)
    first, *evidence = describe_decision(sample.decision)
    yield "format", first
    yield from (("", line) for line in evidence)
    yield "read", _describe_read(head, sample)
    ended = ", ".join(f"{sample.counts[name]:,} {name}" for name in ENDS)
    yield "records", f"{ended}; {sample.counts['text']:,} fell back to text"
    yield "hidden", _describe_hidden(route, sample)
    if sample.failure:
        yield "failure", f"the function would give it up here: {sample.failure}"


def _describe_read(head: ObjectHead, sample: RecordSample) -> str:
    """Return how much was read, and in which way."""
    way = f"as {sample.kind}, {'from its first byte alone' if sample.is_sequential else 'from any line'}"
    if sample.share >= 1:
        return f"all {format_size(head.size_bytes)}, {format_size(sample.text_bytes)} of text, {way}"
    part = f"{sample.share:.1%} of {format_size(head.size_bytes)}"
    return f"the first {part}, {format_size(sample.text_bytes)} of text, {way}"


def _describe_hidden(route: Route, sample: RecordSample) -> str:
    if route.redaction is None:
        return "nothing: the route hides no values"
    kinds = ", ".join(f"{count:,} {name}" for name, count in sample.hidden.most_common())
    return f"{kinds or 'nothing was found'}, in what was read"


def _list_forecast(sample: RecordSample, forecast: Forecast) -> Iterator[tuple[str, str]]:
    about = "about " if sample.share < 1 else ""
    size = f", of {format_size(forecast.range_bytes)} each" if forecast.ranges > 1 else ""
    yield "ranges", f"{forecast.ranges:,}{size}; {about}{forecast.records:,.0f} records in all"
    calls = f"{forecast.invocations:,} invocation{'s' if forecast.invocations > 1 else ''}"
    yield "time", f"about {describe_span(forecast.seconds)} of the function by this machine's pace, in {calls} or more"


def print_json_page(head: ObjectHead, route: Route, chosen: str, sample: RecordSample, forecast: Forecast) -> None:
    """Print the same as one JSON object."""
    rule = sample.decision.rule
    print_json(
        {
            "name": head.name,
            "route": chosen,
            "source": route.get_source(head.key),
            "format": sample.decision.format.name,
            "rule": rule.name if rule else "declared",
            "evidence": describe_decision(sample.decision)[1:],
            "kind": sample.kind,
            "share": sample.share,
            "counts": {name: sample.counts[name] for name in (*ENDS, "text")},
            "hidden": dict(sample.hidden),
            "failure": sample.failure,
            "first": sample.first,
            "rejects": [{"offset": offset, "reason": reason} for offset, reason in sample.rejects],
            "records": round(forecast.records),
            "ranges": forecast.ranges,
            "invocations": forecast.invocations,
            "seconds": forecast.seconds,
            "storage": forecast.storage,
            "cost": build_json(forecast.usage, forecast.text_bytes),
        }
    )
