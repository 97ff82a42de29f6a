"""Know what OpenSSH, PAM and sudo say (their sources: auth.c and packet.c; pam_unix; plugins/sudoers/logging.c)."""

from log_processor.formats.syslog.said import ADDRESS, FAILURE, SUCCESS, say

WHO = r"(?P<user>\S{0,255}?)"
FROM = rf"{ADDRESS} port (?P<port>\d{{1,5}})(?!\w|\.\d)"
ERROR = "(?:error: |fatal: )?"
KIND = r"(?:invalid user |illegal user |authenticating user |user )"
SSH = (
    say("Accepted ", rf"Accepted \S{{1,60}} for {WHO} from {FROM}", "login", SUCCESS),
    say("Failed ", rf"Failed \S{{1,60}} for (?:invalid user |illegal user )?{WHO} from {FROM}", "login", FAILURE),
    say(
        "nvalid user ", rf"Invalid user {WHO} from {ADDRESS}(?: port (?P<port>\d{{1,5}})(?!\w|\.\d))?", "login", FAILURE
    ),
    say(
        "maximum authentication attempts",
        rf"{ERROR}maximum authentication attempts exceeded for (?:invalid user )?{WHO} from {FROM}",
        "login",
        FAILURE,
    ),
    say(" not allowed because ", rf"User {WHO}(?: from {ADDRESS})? not allowed because ", "login", FAILURE),
    say("Too many authentication", rf"Disconnecting {KIND}{WHO} {FROM}: Too many authentication", "login", FAILURE),
    say(
        "Received disconnect",
        rf"{ERROR}Received disconnect from {ADDRESS}(?: port (?P<port>\d{{1,5}})(?!\w|\.\d))?",
        "disconnect",
    ),
    say("onnected from ", rf"Disconnected from (?:{KIND}{WHO} )?{FROM}", "disconnect"),
    say("Connection ", rf"Connection (?:closed|reset) by (?:{KIND}{WHO} )?{FROM}", "disconnect"),
    say("Connection from ", rf"(?:banner exchange: )?Connection from {FROM}", "connect"),
    say(
        "identification string from ",
        rf"{ERROR}Did not receive identification string from {FROM}",
        "connect",
        FAILURE,
    ),
    say(
        "Bad protocol version",
        rf"{ERROR}Bad protocol version identification .{{0,300}} from {FROM}",
        "connect",
        FAILURE,
    ),
    say("Unable to negotiate with ", rf"{ERROR}Unable to negotiate with {FROM}", "connect", FAILURE),
    say("Timeout before authentication", rf"{ERROR}Timeout before authentication for {FROM}", "login", FAILURE),
)
PAM = (
    say(
        "authentication failure",
        r"pam_\w{1,30}\([\w:.-]{1,80}\): authentication failure; .{0,300}?(?: rhost=(?P<address>[0-9A-Fa-f:.]{2,45})?)?"
        r"(?: {1,2}user=(?P<user>\S{1,255}))?$",
        "login",
        FAILURE,
    ),
    say(
        "session opened",
        r"pam_\w{1,30}\([\w:.-]{1,80}\): session opened for user (?P<effective>[^\s(]{1,255})(?:\(uid=\d{1,10}\))?"
        r" by (?P<user>[^\s(]{0,255})",
        "session-start",
        SUCCESS,
    ),
    say(
        "session closed",
        r"pam_\w{1,30}\([\w:.-]{1,80}\): session closed for user (?P<effective>\S{1,255})",
        "session-end",
    ),
)
RUN = (
    r"(?:TTY=\S{1,60} ; )?(?:PWD=(?P<directory>[^;]{1,4000}) ; )?(?:USER=(?P<effective>\S{1,255}) ; )?"
    r"(?:(?:GROUP|TSID|ENV)=[^;]{1,4000} ; )*COMMAND=(?P<command>.{1,8000})"
)
CALLER = r" *(?P<user>\S{1,255}) : "
SUDO = (
    say("incorrect password attempt", rf"{CALLER}\d{{1,3}} incorrect password attempts? ; {RUN}", "run", FAILURE),
    say("NOT in sudoers", rf"{CALLER}user NOT in sudoers ; {RUN}", "run", FAILURE),
    say("command not allowed", rf"{CALLER}command not allowed ; {RUN}", "run", FAILURE),
    say("a password is required", rf"{CALLER}a password is required ; {RUN}", "run", FAILURE),
    say("COMMAND=", rf"{CALLER}{RUN}", "run", SUCCESS),
)
