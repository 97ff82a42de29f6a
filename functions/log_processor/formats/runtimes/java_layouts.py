"""Describe the layouts of log4j, logback and java.util.logging, for `java`: what follows the time of a record."""

from log_processor.formats.lib.layouts import compile_layouts
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.tokens import FieldRule

TRANSLATED = "GRAVE|AVERTISSEMENT|INFOS|SCHWERWIEGEND|WARNUNG|INFORMATION|ADVERTENCIA|AVVERTENZA|INFORMAZIONI"
"""The levels of java.util.logging in French, German, Spanish and Italian, as far as they are ASCII."""
WORDS = f"TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|SEVERE|CONFIG|FINE(?:R|ST)?|{TRANSLATED}"
LEVEL = rf"(?P<level>{WORDS})"
NESTED = r"(?:[^\[\]\n]++|\[[^\[\]\n]*+\])*+"
NO_SOURCE = r"(?![\w./@-]{1,200}\.(?:py|go|c|cc|cpp|h|rs|js|ts|rb|php|cs|lua|pl):\d{1,9}\])"
THREAD = rf"\[ {{0,40}}{NO_SOURCE}(?P<thread>{NESTED})\]"
NO_FILE = r"(?<!\.py|\.go|\.rs|\.js|\.ts|\.rb|\.cc)(?<!\.c)(?<!\.cpp|\.php)(?<!\.java)"
NO_EXCEPTION = "(?<!Error)(?<!Exception)"  # a message may begin with the name of one
LOGGER = rf"(?P<logger>[A-Za-z_$][\w$./-]*+){NO_EXCEPTION}(?::(?P<line>\d{{1,9}}))?"
DOTTED = r"(?P<logger>(?:[\w$]+\.)+[\w$-]+)"
CONTEXT = rf"(?: +(?P<mdc>\[{NESTED}\]|\{{[^{{}}\n]*+\}}|\([^()\n]*+\)))?"
NDC = r"(?:\[(?P<nested>[^\]\n]*)\] +)?"
MESSAGE = r"(?: |(?=\r?\n|$))(?P<message>.*)"
SAYS = rf"(?: +-{{1,2}}| ?:| +\|){MESSAGE}"
CALLER = r"\[(?P<thread>[^\n]*?):(?P<logger>[\w$.]+)@(?P<line>\d{1,9})\]"
PLACE = r"(?P<file>[\w$-]+\.(?:java|scala|kt|groovy))"
CORRELATION = r"(?:\[(?:(?P<trace_id>[0-9A-Fa-f]{16,32})-(?P<span_id>[0-9A-Fa-f]{16}) *+| {20,}+)\] )"
ANY_CORRELATION = r"\[(?:[0-9A-Fa-f]{16,32}-[0-9A-Fa-f]{16} *+| {20,}+)\]"
JVM = (
    r"(?:\[(?P<since>\d{1,9}\.\d{3})s\])?(?:\[(?P<pid>\d{1,10})\])?(?:\[(?P<tid>\d{1,10})\])?"
    r"\[(?P<word>trace|debug|info|warning|error) *\]\[(?P<logger>[a-z0-9,]{1,100}) *\](?: (?P<message>.*))?"
)
PARTS: dict[str, FieldRule] = {
    "level": ("severity_text", str),
    "word": ("severity_text", str),
    "thread": ("thread.name", str.strip),
    "worker": ("thread.name", str.strip),
    "tid": ("thread.id", parse_number),
    "logger": ("log.logger", str.strip),
    "pid": ("process.pid", parse_number),
    "function": ("code.function.name", str),
    "file": ("code.file.path", str),
    "line": ("code.line.number", parse_number),
    "uptime": ("log.uptime_ms", parse_number),
    "since": ("log.uptime_ms", lambda seconds: int(seconds.replace(".", ""))),
    "app": ("service.name", str),
    "service": ("service.name", str),
    "trace_id": ("trace_id", str),
    "sleuth_trace": ("trace_id", str),
    "span_id": ("span_id", str),
    "sleuth_span": ("span_id", str),
    "myid": ("zookeeper.id", parse_number),
    "node": ("elasticsearch.node.name", str.strip),
    "mdc": ("mdc", lambda word: word.strip(" []{}()")),
    "nested": ("mdc", lambda word: word.strip()),
    "message": ("message", str),
    "lines": ("message", str),
    "stack": ("stack", str),
}
BEHIND = r" - (?P<message>.*)"
AFTER_TIME = {
    "[": compile_layouts(
        PARTS,
        rf" {THREAD} +{NDC}{LEVEL} +{LOGGER}{CONTEXT}(?: ?:| +\||(?: [^\s-]\S{{0,99}})? +-{{1,2}}){MESSAGE}",
        rf"\[{LEVEL} *\]\[(?P<logger>[A-Za-z][\w$./-]* *)?\](?: \[(?P<node>[^\]\n]*)\])? ?(?P<message>.*)",
        rf" \[myid:(?P<myid>\d{{0,9}})\] - {LEVEL} +{CALLER}{BEHIND}",
        rf" \[{LEVEL} *\](?: {THREAD})? +{LOGGER}{CONTEXT} +-{{1,2}}{MESSAGE}",
        rf" {THREAD} \[{LEVEL} *\] +{LOGGER}{CONTEXT}{SAYS}",
        rf" \[(?P<thread>[^\]\n]*)/{LEVEL}\](?: \[(?P<logger>[^\]\n]*)\])?: (?P<message>.*)",
        rf" \[id=(?P<tid>\d{{1,18}})\]\t{LEVEL}\t(?P<logger>[\w$.]+)(?:#(?P<function>[\w$<>]+))?: (?P<message>.*)",
        rf" {THREAD} +{LEVEL} +(?P<logger>\S+) +-{{1,2}}{MESSAGE}",
        JVM,
    ),
    "|": compile_layouts(
        PARTS,
        (
            rf" +\| {LEVEL} *\| (?P<thread>[^|\n]*)\| (?P<logger>[\w$.]+) *\| (?P<mdc>[^|\n]* - [^|\n]*\S) *\| "
            r"(?P<message>.*)"
        ),
        rf" +\| {LEVEL} *\| (?P<message>[^\n]*) \| (?P<logger>[\w$.]+) *\| (?P<thread>[^|\n]*)(?P<stack>\n.*)?",
        rf" +\| {LEVEL} *\| {DOTTED}{SAYS}",
    ),
    ":": compile_layouts(
        PARTS, rf"(?<!,\d{{3}}):{LEVEL} ?:(?P<logger>[\w$.-]*):(?:(?P<thread>[^\s:]+):)? ?(?P<message>.*)"
    ),
    "-": compile_layouts(PARTS, rf" - {LEVEL} +{CALLER}{BEHIND}"),
}
"""Layouts of what follows the time, by its first character; the more usual layouts come first."""
LEVEL_NEXT = compile_layouts(
    PARTS,
    (
        rf" +{LEVEL} +(?:\[(?P<app>[^,\]\n]*),(?P<sleuth_trace>\w*),(?P<sleuth_span>\w*)(?:,\w*)?\] +|{NDC})"
        rf"(?P<pid>\d{{1,18}}) --- (?:\[(?P<service>[^\]\n]*)\] (?=\[)(?!{ANY_CORRELATION}))?"
        rf"{THREAD} {CORRELATION}?(?P<logger>[^\s:]+) *: (?P<message>.*)"
    ),
    rf" {LEVEL} +{THREAD} +{NDC}{LOGGER}{CONTEXT}{SAYS}",
    (
        rf"(?<=\.\d{{3}}) {LEVEL} {THREAD} (?P<logger>(?:[\w$]++\.)+[\w$]++)\.(?P<function>[a-z_<][\w$<>]*+) "
        r"(?P<message>.*)"
    ),
    rf" +(?:(?P<pid>\d{{1,18}}) )?{LEVEL} +{LOGGER}{CONTEXT}{SAYS}",
    rf" {LEVEL} {{1,2}}\[(?P<logger>[^\]\n]*)\] \((?P<thread>[^\n]*?)\) (?P<message>.*)",
    rf" {LEVEL} {{1,2}}\((?P<thread>[^\n]*?)\) \[(?P<mdc>[^\]\n]*[ :][^\]\n]*)?\] {DOTTED} (?P<message>.*)",
    rf" {LEVEL} {THREAD} {DOTTED} (?P<message>.*)",
    rf" {LEVEL} {{1,2}}{THREAD} ?\[{LOGGER}\] (?P<message>.*)",
    rf" +{LEVEL} {{1,2}}\[{DOTTED}\](?: -)? (?P<message>.*)",
    rf"(?<!\.\d{{3}}) {LEVEL} {{1,2}}\((?P<thread>[^\n]*?)\) \[{LOGGER}\](?: -)? (?P<message>.*)",
    (
        rf"(?<=,\d{{3}}[+-]\d{{4}}) (?P<thread>[^\[\n]{{1,100}}?) {LEVEL} (?P<nested>[^\[\n]{{0,300}})"
        rf"\[{DOTTED}\] (?P<message>.*)"
    ),
    rf"(?<=[APap][Mm]) (?P<logger>(?:[\w$]+\.)+[\w$]+) (?P<function>[\w$<>-]+)(?:\r?\n{LEVEL}: (?P<message>.*))?",
    r"(?<=,\d{3}\]) (?P<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL) (?!in [\w.]{1,100}: )(?P<message>.*)",
)
IN_BRACKETS = compile_layouts(PARTS, rf" (?P<thread>[^\[\]\n]{{1,100}}?) +{LEVEL} +{LOGGER}\](?: -)? (?P<message>.*)")
"""Layouts of what follows the time if the bracket before it stays open."""
LEVELLED = compile_layouts(
    PARTS,
    rf" {PLACE}(?::| \(line )(?P<line>\d{{1,9}})\)?(?: -)? (?P<message>.*)",
    rf"(?: {THREAD})?(?: -)? {LOGGER}{CONTEXT}(?: +-{{1,2}}|:) (?P<message>.*)",
    r"; (?:\[(?P<mdc>[^\]\n]*)\] )?(?P<logger>[\w$.]+); (?P<message>.*)",
)
"""Layouts of what follows the time if the level stands before it."""
UNTIMED = compile_layouts(
    PARTS,
    rf"(?:(?P<uptime>\d{{1,15}}) +)?(?:{THREAD} {LEVEL}|(?P<word>{WORDS})(?: +\[(?P<worker>[^\]\n]*)\])?) +"
    rf"{LOGGER}{CONTEXT} +-{MESSAGE}",
    JVM,
)
LOGGER_LAST = compile_layouts(
    PARTS,
    (
        rf" {LEVEL} (?:(?P<message>[^\n]*)|(?P<lines>.*?)\r?\n) \((?P<logger>(?:[\w$-]+\.)*[\w$-]+)"
        rf"(?:{NO_FILE}:(?P<line>\d{{1,9}}))?\)(?P<stack>\r?\n.*)?"
    ),
)
"""Kafka's layout, and Kafka Connect's with a line.

The message may have several lines; only a trace follows it. Without a logger it was cut off.
"""
