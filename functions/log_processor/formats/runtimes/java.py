"""Parse logs of Java applications: layouts of log4j, logback and java.util.logging that frameworks and servers ship."""

from string import digits
from typing import Any

from log_processor.formats.lib import leading
from log_processor.formats.lib.format import ANYWHERE, Column, Embedded, Format, Parsed, list_columns
from log_processor.formats.lib.layouts import match_layouts
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.leading import Lead
from log_processor.formats.lib.levels import normalise_level
from log_processor.formats.runtimes.java_layouts import (
    AFTER_TIME,
    IN_BRACKETS,
    LEVEL_NEXT,
    LEVELLED,
    LOGGER_LAST,
    UNTIMED,
    WORDS,
)
from log_processor.formats.web.access import put_access_line
from log_processor.state import Below


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse one record; return None if it follows none of the layouts."""
    lead = leading.read_lead(text, last_modified_ms)
    fields = match_layouts(UNTIMED, text) if lead is None else _read(text, lead)
    if fields is None:
        return None
    if "stack" in fields:
        fields["message"] += fields.pop("stack")
    if '] "' in fields.setdefault("message", ""):
        # as Kafka Connect and Jetty log it
        put_access_line(fields, fields["message"].partition("\n")[0], last_modified_ms)
    return Parsed(fields, lead.timestamp_ms if lead else None, normalise_level(fields.get("severity_text")))


def _read(text: str, lead: Lead) -> dict[str, Any] | None:
    if lead.level is None:
        if text[0] in "[(<":
            if leading.is_bracket_open(text, lead):
                return match_layouts(IN_BRACKETS, text, lead.end)
            if text[0] == "[" and (fields := match_layouts(LOGGER_LAST, text, lead.end)) is not None:
                return fields
        sign = text[lead.end : lead.end + 9].lstrip(" ")[:1]
        return match_layouts(AFTER_TIME.get(sign, LEVEL_NEXT), text, lead.end)
    fields = match_layouts(LEVELLED, text, lead.end) if len(lead.level) > 1 else None
    if fields is not None:
        fields["severity_text"] = lead.level
        if lead.thread:
            fields["thread.name"] = lead.thread
    return fields


STARTS = compile_lazily(
    leading.CALLED.pattern
    + rf"|(?:\d{{1,15}} +)?\[[^\n]{{1,200}}?\] (?:{WORDS}) |(?:{WORDS}) +(?:\[[^\]\n]*\] +)?[\w.$]+ +- ".encode()
    + rb"|\[\d{1,9}\.\d{3}s\]\["
)
FORMAT = Format(
    "java",
    parse,
    title=(
        "Java applications' logs: the layouts of log4j, logback and java.util.logging that frameworks and servers ship"
    ),
    specification=(
        "log4j and logback PatternLayout; Spring Boot, Log Format; java.util.logging.SimpleFormatter; JEP 158"
    ),
    notes=(
        "Spring Boot, Tomcat, WildFly, Quarkus, Jetty, Jenkins, Karaf, ActiveMQ, Elasticsearch, Kafka, Solr, "
        "ZooKeeper, Hadoop, HBase, Spark, Cassandra, Dropwizard, and patterns of their kind; and the JVM's "
        "unified logging (`java -Xlog`). Time without a zone counts as UTC; a clock without a date is no time."
    ),
    schema=(
        *list_columns(
            "severity_text thread.name log.logger process.pid code.function.name code.file.path "
            "code.line.number service.name trace_id span_id",
        ),
        Column("mdc", note="the text of a context"),
        Column("log.uptime_ms", "ms", "log4j's `%r`, the JVM's own", drops="the point of the JVM's seconds"),
        *list_columns("elasticsearch.node.name zookeeper.id message thread.id"),
        Column("client.address", note="of access lines that are messages, as are those below"),
        *list_columns(
            "client.port user.name http.request.method url.* network.protocol.version http.request.line "
            "http.response.status_code http.request.header.referer user_agent.original extra"
        ),
        Column("http.response.body.size", "bytes"),
    ),
    sample="2026-05-04 10:00:00,123 [main] INFO org.example.App - started",
    embedded=Embedded(ANYWHERE, f"[{digits}"),
    starts=STARTS,
    below=Below.ANYTHING,
)
