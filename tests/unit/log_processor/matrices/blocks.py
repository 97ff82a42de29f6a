"""Lines that may stand below the first line of a record, and lines that may stand above all records of an object."""

TRACES = {
    "java": (
        "java.lang.IllegalStateException: closed\n\tat org.example.App.run(App.java:17)\n"
        "Caused by: java.io.IOException: full\n\t... 2 more\n"
    ),
    "python": (
        'Traceback (most recent call last):\n  File "app.py", line 3, in run\n    write(row)\nValueError: no such row\n'
    ),
    "go": "goroutine 1 [running]:\nmain.run(0xc000012345)\n\t/src/main.go:17 +0x1d\nexit status 2\n",
    "node": "    at Object.run (/srv/app.js:3:7)\n    at node:internal/main:17:47\n",
    "php": "[stacktrace]\n#0 /srv/app.php(7): run()\n#1 {main}\n",
}
"""Each line of a trace shows by itself that it begins nothing."""
TRACE_OF = {"python_logging": "python", "aws_lambda": "python", "klog": "go", "timed_text": "php", "text": "node"}
"""The trace that goes with a format; Java's with any other."""
UNSIGNED = "SELECT a, b\nFROM orders\nWHERE a = 1\n"
"""Lines that show by themselves neither that they begin a record nor that they do not."""
BLOCKS = {
    "trace": "".join(TRACES.values()),
    "JSON without a time": '{"status": 500, "error": "no room", "level": "error"}\n',
    "JSON without a message": '{"timestamp": "2026-05-04T10:00:00Z", "status": 500, "error": "Internal"}\n',
    "JSON with a message alone": '{"message": "Not Found", "documentation_url": "https://docs.example/rest"}\n',
    "key=value": "user=ann status=500\nlevel = high\n",
    "SQL": UNSIGNED,
    "pretty-printed document": '{\n  "time": "2026-05-04T10:00:00Z",\n  "level": "info",\n  "a": [\n    1\n  ]\n}\n',
    "indented lines": "  2026-05-04 10:00:00 INFO of a table\n\tI0504 10:00:00.000001 1 x.go:1] quoted\n    plain\n",
}
"""What stays inside a record that joins lines."""
_ENTRY = (
    "/entrypoint.sh: looking for scripts in /entrypoint.d/",
    "/entrypoint.sh: running /entrypoint.d/10-listen.sh",
    "setting timezone to UTC",
    "generated configuration in /etc/app (3 files)",
    "waiting for the database at db.example.com",
    "ready for start up!",
)
_NPM = (
    "> shop@1.4.2 start",
    "> node --enable-source-maps dist/server.js",
    "npm warn deprecated inflight@1.0.6: this module leaks memory",
    "up to date, audited 312 packages in 4s",
    "Loading plugins from /srv/plugins ...",
    "Server listening at http://0.0.0.0:3000",
)
_SPRING = (
    " .   ____          _            __ _ _",
    r" /\\ / ___'_ __ _ _(_)_ __  __ _ \ \ \ \ ",
    r"( ( )\___ | '_ | '_| | '_ \/ _` | \ \ \ \ ",
    r" \\/  ___)| |_)| | | | | || (_| |  ) ) ) )",
    "  '  |____| .__|_| |_|_| |_\\__, | / / / /",
    " =========|_|==============|___/=/_/_/_/",
    " :: Spring Boot ::                (v3.2.5)",
)
BANNERS = {"entry script": _ENTRY, "npm": _NPM, "Spring": _SPRING}


def write_banner(name: str, count: int, min_bytes: int = 0) -> list[str]:
    """Return `count` lines of a banner, or more until they have `min_bytes`."""
    lines = BANNERS[name]
    banner: list[str] = []
    while len(banner) < count or sum(len(line) + 1 for line in banner) < min_bytes:
        banner.append(lines[len(banner) % len(lines)])
    return banner
