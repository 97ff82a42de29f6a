"""Match the lines that continue an event and never begin one: the lines of traces.

Traces are of Java, .NET, Python, Go, Ruby, Node, PHP, Rust, and of gdb; and the errors that Gin lists below a request.
"""

import re

GO_CALL = rb"[\w./~%-]{1,150}(?:\(\*[\w.\[\]]{1,80}\)[\w.-]{1,80})?\((?:0x[0-9a-f]|\{0x|\.\.\.|\)$)"
END = rb"(?:$|\\[nr])"  # also as JSON escapes the end of a line
SIGNS = (
    rb"\t|\\t|  ",  # also a tab as JSON escapes it
    rb"Caused by: |Suppressed: |\.\.\. \d+ | at [\w$.<>/-]+\(| ---> ",
    rb"Traceback \(most recent call last\):|During handling of the above|The above exception was",
    rb"(?:[a-z_]\w{0,60}\.){1,12}[A-Z]\w{0,100}(?:: |$)",
    rb"[A-Za-z_][\w.$]{0,100}(?:Error|Exception|Interrupt|Exit|Warning)(?::|$)|Exception(?::|$)",
    rb"goroutine \d+ (?:gp=\S+ m=\S+ )?\S* ?\[|created by [\w./]|exit status \d+" + END + rb"|\[signal SIG|" + GO_CALL,
    rb"Error #\d\d: |#\d{1,3} {1,2}(?:/|\{main\}|\[internal function\]|0x[0-9a-f]|[\w\\]+(?:->|::|\())",
    rb"(?:\[stacktrace\]|Stack trace:|stack backtrace:)" + END + rb"|\[previous exception\]|note: run with ",
    rb"\"?[}\])]+[;,]? ?$|Node\.js v\d+\.",
)
CONTINUES = re.compile(rb"(?:" + rb"|".join(SIGNS) + rb")")
STARTS = re.compile(rb"(?!" + rb"|".join(SIGNS) + rb")")
