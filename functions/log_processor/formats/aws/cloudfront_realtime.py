"""Parse real-time logs of Amazon CloudFront that have all columns."""

import re

from log_processor.formats.aws.cloudfront import RULES, name_field
from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.rows import CellRule, convert_words
from log_processor.formats.lib.timestamps import convert_epoch_ms

NAMES = (
    "timestamp c-ip s-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host cs-uri-stem cs-bytes "
    "x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version cs-user-agent "
    "cs-referer cs-cookie cs-uri-query x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher "
    "x-edge-result-type fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end "
    "c-port x-edge-detailed-result-type c-country cs-accept-encoding cs-accept cache-behavior-path-pattern cs-headers "
    "cs-header-names cs-headers-count"
)
PRIMARY = " primary-distribution-id primary-distribution-dns-name"
ORIGIN = " origin-fbl origin-lbl asn"
MEDIA_CLIENT = (
    " cmcd-encoded-bitrate cmcd-buffer-length cmcd-buffer-starvation cmcd-content-id cmcd-object-duration "
    "cmcd-deadline cmcd-measured-throughput cmcd-next-object-request cmcd-next-range-request cmcd-object-type "
    "cmcd-playback-rate cmcd-requested-maximum-throughput cmcd-streaming-format cmcd-session-id cmcd-stream-type "
    "cmcd-startup cmcd-top-bitrate cmcd-version"
)
LAST = " r-host sr-reason x-edge-mqcs distribution-tenant-id connection-id"
WITH_ORIGIN = NAMES + PRIMARY + ORIGIN
WITH_MEDIA = WITH_ORIGIN + MEDIA_CLIENT
EVER = (NAMES, NAMES + PRIMARY, NAMES + ORIGIN, WITH_ORIGIN, WITH_MEDIA, WITH_MEDIA + LAST)
SAME = {
    "cs-host": "cs(Host)",
    "cs-user-agent": "cs(User-Agent)",
    "cs-referer": "cs(Referer)",
    "cs-cookie": "cs(Cookie)",
}
"""The names of columns in standard logs."""


def _find_rule(column: str) -> CellRule | None:
    if column == "timestamp":
        return None
    return RULES.get(SAME.get(column, column)) or (name_field(column), parse_number)


BY_WIDTH = {len(columns): tuple(map(_find_rule, columns)) for columns in map(str.split, EVER)}
"""The rules of all columns that CloudFront has had at some time, also without continuous deployment's, by number."""
START = compile_lazily(
    r"\d{10}\.\d{3}\t[0-9A-Fa-f:.]{3,45}\t(?:[0-9A-Fa-f:.]{3,45}\t)?\d{1,9}\.\d{3}\t\d{3}\t\d{1,20}\t[A-Z_-]{3,20}\t"
)
ADDRESS = compile_lazily(r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f.]{0,15}){2,8}|\d{1,3}(?:\.\d{1,3}){3}")

SAMPLE = (
    "1777888800.123 192.0.2.1 198.51.100.9 0.002 200 5120 GET https d1.cloudfront.net /a 312 LAX1-C1 UwJj4hS_RbxMBA== "
    "shop.example 0.004 HTTP/2.0 IPv4 curl/8.5 - - b=1 Hit - TLSv1.3 TLS_AES_128_GCM_SHA256 Hit - "
    "- text/html 4096 - - 51234 Hit DE gzip */* * host:shop.example%0A host%0A 1"
).replace(" ", "\t")


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one row; return None if it does not have all columns."""
    if START.match(text) is None:
        return None
    words = text.rstrip("\n").split("\t")
    if ADDRESS.fullmatch(words[2]) is None:  # the address of the server that answered came later
        words.insert(2, "-")
    rules = BY_WIDTH.get(len(words))
    if rules is None:
        return None
    return Parsed(convert_words(words, rules), convert_epoch_ms(float(words[0])))


FORMAT = Format(
    "cloudfront_realtime",
    parse,
    title="Amazon CloudFront's real-time logs with all columns",
    specification="Amazon CloudFront Developer Guide, Use real-time logs: Real-time log configuration fields",
    notes=(
        "Rows do not name their columns, which a configuration selects: they are read if they are all of those that "
        "CloudFront has had at some time, 40 to 69. The fields are those of `cloudfront`."
    ),
    schema=(
        *list_columns("client.address client.port client.geo.country.iso_code http.request.method"),
        Column("server.address", note="the host asked for"),
        *list_columns("url.path url.query url.scheme"),
        Column("http.response.status_code", drops="the zeros of `000`"),
        *list_columns("http.request.size http.response.size http.response.body.size", "bytes"),
        *list_columns("http.request.header.* http.response.header.*"),
        Column("user_agent.original", note="percent-decoded"),
        *list_columns("network.protocol.version tls.*"),
        Column("aws.cloudfront.*_s", "s", decimals=3),
        Column("aws.cloudfront.*", note="the other columns"),
    ),
    sample=SAMPLE,
    embedded=None,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()),
            b"1",
            needs=b"\t",
            words="seconds with milliseconds, addresses, a time, status, size and method, between tabs",
        ),
    ),
    signs=("\t",),
)
