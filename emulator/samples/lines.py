"""Generate lines of sample logs, one generator for each format; each takes its random source.

The times of the lines begin at `START`, unless `end` says when the last one is.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADDRESSES = [f"{net}.{host}" for net in ("192.0.2", "198.51.100", "203.0.113") for host in range(1, 255)]
PATHS = [
    "/",
    "/basket",
    "/checkout?step=2",
    "/search?q=caf%C3%A9",
    "/static/app.js",
    "/img/logo.png",
    "/api/orders/1042",
]
METHODS = ["GET", "GET", "GET", "GET", "POST", "PUT", "DELETE", "HEAD"]
STATUSES = ["200", "200", "200", "200", "204", "301", "304", "404", "500", "503"]
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15",
    "curl/8.5.0",
    "ExampleBot/2.1 (+https://bot.example.com)",
]
LEVELS = ["DEBUG", "INFO", "INFO", "INFO", "WARN", "ERROR"]
MESSAGES = [
    "order accepted",
    "payment settled",
    "stock is low",
    "café über Straße",
    "retrying the request",
    "cache refilled",
]

Lines = Iterator[str]


def _generate_times(rng: random.Random, count: int, end: datetime | None) -> Iterator[datetime]:
    """Yield increasing times, from 2 to 899 milliseconds apart."""
    steps_ms = rng.choices(range(2, 900), k=count)
    moment = START if end is None else end - timedelta(milliseconds=sum(steps_ms))
    for step_ms in steps_ms:
        moment += timedelta(milliseconds=step_ms)
        yield moment


def generate_combined(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield access log lines in the combined format; each column is drawn in one call, which is fast."""
    columns = zip(
        rng.choices(ADDRESSES, k=count),
        (f"{moment:%d/%b/%Y:%H:%M:%S} +0000" for moment in _generate_times(rng, count, end)),
        rng.choices(METHODS, k=count),
        rng.choices(PATHS, k=count),
        rng.choices(STATUSES, k=count),
        rng.choices(range(90, 90_000), k=count),
        rng.choices(AGENTS, k=count),
        strict=True,
    )
    for address, time, method, path, status, size, agent in columns:
        yield f'{address} - - [{time}] "{method} {path} HTTP/1.1" {status} {size} "-" "{agent}"'


def generate_json(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield one JSON object a line, with a nested object and characters beyond ASCII."""
    for moment in _generate_times(rng, count, end):
        event = {
            "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": rng.choice(LEVELS),
            "message": rng.choice(MESSAGES),
            "order": {"id": rng.randrange(10**6), "items": [rng.randrange(100) for _ in range(rng.randrange(4))]},
            "duration_ms": round(rng.expovariate(0.02), 3),
        }
        yield json.dumps(event, ensure_ascii=False)


def generate_logfmt(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield lines of `key=value` pairs."""
    for moment in _generate_times(rng, count, end):
        level, message = rng.choice(LEVELS).lower(), rng.choice(MESSAGES)
        job = f"job={rng.randrange(5000)} attempt={rng.randrange(1, 4)}"
        yield f'time={moment:%Y-%m-%dT%H:%M:%S}Z level={level} msg="{message}" {job}'


def generate_odd_text(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield text lines with characters at which a naive reader would split them.

    These are U+2028, U+0085, form feed, vertical tab, U+001C, and a carriage return without a newline.
    """
    separators = ["\u2028", "\u0085", "\f", "\v", "\x1c", "\rprogress 80%"]
    for moment, separator in zip(_generate_times(rng, count, end), rng.choices(separators, k=count), strict=True):
        yield f"{moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03d} first half{separator} second half"


def generate_load_balancer(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield lines like those of an AWS application load balancer, with 29 fields."""
    group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/0123456789abcdef"
    for moment in _generate_times(rng, count, end):
        time = f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
        status, trace = rng.choice(STATUSES), f"Root=1-{rng.randrange(16**8):08x}-{rng.randrange(16**24):024x}"
        yield (
            f"https {time} app/shop/50dc6c495c0c9188 {rng.choice(ADDRESSES)}:{rng.randrange(1024, 65535)} "
            f"10.0.0.{rng.randrange(1, 255)}:443 0.000 0.{rng.randrange(1000):03d} 0.000 {status} {status} "
            f"{rng.randrange(30, 900)} {rng.randrange(90, 90000)} "
            f'"GET https://shop.example.com:443{rng.choice(PATHS)} HTTP/2.0" '
            f'"{rng.choice(AGENTS)}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 {group} "{trace}" "shop.example.com" "-" 0 '
            f'{time} "forward" "-" "-" "10.0.0.8:443" "{status}" "-" "-"'
        )


def generate_cdn(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield lines like those of a content delivery network: two header lines, then fields separated by tabs."""
    yield "#Version: 1.0"
    yield "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent)"
    for moment in _generate_times(rng, count, end):
        agent = rng.choice(AGENTS).replace(" ", "%20")
        yield (
            f"{moment:%Y-%m-%d\t%H:%M:%S}\tFRA56-P{rng.randrange(1, 9)}\t{rng.randrange(90, 90000)}\t"
            f"{rng.choice(ADDRESSES)}\t{rng.choice(METHODS)}\tcdn.example.com\t/static/app.js\t"
            f"{rng.choice([*STATUSES, '000'])}\t{agent}"
        )


def generate_syslog(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield BSD syslog lines: their timestamps have no year, and a day below 10 is padded with a blank."""
    programs = ["sshd(pam_unix)[{}]", "cron[{}]", "kernel", "systemd[1]"]
    for moment in _generate_times(rng, count, end):
        program = rng.choice(programs).format(rng.randrange(300, 32000))
        time = f"{moment:%b} {moment.day:>2} {moment:%H:%M:%S}"
        yield f"{time} gateway-{rng.randrange(1, 4)} {program}: {rng.choice(MESSAGES)}"


def generate_java(rng: random.Random, count: int, end: datetime | None = None) -> Lines:
    """Yield the lines of a Java service; every fifth event is an error with a stack trace and its cause."""
    for index, moment in enumerate(_generate_times(rng, count, end)):
        level = "ERROR" if index % 5 == 4 else rng.choice(LEVELS[:4])
        time = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
        thread = f"[worker-{rng.randrange(1, 9)}]"
        yield f"{time} {level:<5} {thread} com.example.orders.OrderService - {rng.choice(MESSAGES)}"
        if level == "ERROR":
            yield "java.lang.IllegalStateException: order is already closed"
            for depth in range(rng.randrange(2, 6)):
                yield f"\tat com.example.orders.Step{depth}.run(Step{depth}.java:{rng.randrange(10, 400)})"
            yield "Caused by: java.net.SocketTimeoutException: Read timed out"
            yield "\t... 12 more"
