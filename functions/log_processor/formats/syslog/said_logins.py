"""Know what OpenSSH, PAM, su and sudo say.

Their sources: auth.c, session.c, packet.c and kex.c; pam_unix, pam_sss and pam_faillock; util-linux' and shadow's su;
plugins/sudoers/logging.c.
"""

from log_processor.formats.syslog.said import ADDRESS, FAILURE, SUCCESS, say

WHO = r"(?P<user>(?<=[dl] user ).{0,255}|\S{0,255}?)"
"""A user; one that does not exist may have blanks, so the last address in the message is the client's."""
PORT = r"(?: port (?P<port>\d{1,5})(?!\w|\.\d))?"
FROM = rf"{ADDRESS}{PORT}"
ERROR = "(?:error: |fatal: )?"
INVALID = "(?:invalid user |illegal user )?"
KIND = rf"(?:(?:invalid user |illegal user |authenticating user |user ){WHO} )?"
SSH = (
    say("Accepted ", rf"Accepted [\w/-]{{1,60}} for {WHO} from {FROM}", "login", SUCCESS),
    say("Failed ", rf"Failed [\w/-]{{1,60}} for {INVALID}{WHO} from {FROM}", "login", FAILURE),
    say("Postponed ", rf"Postponed [\w/-]{{1,60}} for {INVALID}{WHO} from {FROM}", "login"),
    say("nvalid user ", rf"Invalid user {WHO} from {FROM}$", "login", FAILURE),
    say(
        "error: PAM: ",
        rf"error: PAM: .{{1,120}}? for {INVALID}{WHO} from (?:{ADDRESS}|(?P<name>[\w.-]{{1,255}}))$",
        "login",
        FAILURE,
    ),
    say(
        "maximum authentication attempts",
        rf"{ERROR}maximum authentication attempts exceeded for {INVALID}{WHO} from {FROM}",
        "login",
        FAILURE,
    ),
    say(" not allowed because ", rf"User {WHO}(?: from {ADDRESS})? not allowed because ", "login", FAILURE),
    say("Too many authentication", rf"{ERROR}Disconnecting {KIND}{FROM}: Too many authentication", "login", FAILURE),
    say("Authentication refused: ", r"Authentication refused: ", "login", FAILURE),
    say("ROOT LOGIN REFUSED", rf"ROOT LOGIN REFUSED FROM {FROM}", "login", FAILURE),
    say("Received disconnect", rf"{ERROR}Received disconnect from {FROM}", "disconnect"),
    say("onnected from ", rf"Disconnected from {KIND}{FROM}", "disconnect"),
    say("Connection ", rf"{ERROR}Connection (?:closed|reset) by {KIND}{FROM}", "disconnect"),
    say("timed out", rf"{ERROR}Connection from {KIND}{FROM} timed out", "disconnect", FAILURE),
    say("not responding", rf"Timeout, client not responding from {KIND}{FROM}", "disconnect", FAILURE),
    say("Connection from ", rf"Connection from {FROM}(?: on |$)", "connect"),
    say("onnection from ", rf"{ERROR}(?:[\w ]{{1,60}}: )?Connection from {KIND}{FROM}: ", "connect", FAILURE),
    say("kex_exchange_identification: ", rf"{ERROR}kex_exchange_identification: ", "connect", FAILURE),
    say(
        "drop connection ",
        rf"{ERROR}drop connection #\d{{1,9}} from \[{ADDRESS}\]:(?P<port>\d{{1,5}}) ",
        "connect",
        FAILURE,
    ),
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
    say("Unable to negotiate with ", rf"{ERROR}Unable to negotiate with {KIND}{FROM}", "connect", FAILURE),
    say(
        "before authentication",
        rf"{ERROR}Timeout before authentication for (?:connection from )?{FROM}",
        "login",
        FAILURE,
    ),
    say("Starting session: ", rf"Starting session: .{{1,300}}? for {WHO} from {FROM}", "session-start", SUCCESS),
    say("Close session: ", rf"Close session: user {WHO} from {FROM}", "session-end"),
    say("ubsystem request", rf"subsystem request for \S{{1,60}} by user {WHO}$", "session-start"),
    say("reverse mapping", rf"reverse mapping checking getaddrinfo for (?P<name>\S{{1,255}}) \[{ADDRESS}\] failed"),
)
MODULE = r"pam_\w{1,30}\([\w:.-]{1,80}\): "
REMOTE = rf"rhost=(?:{ADDRESS}(?!\S)|(?P<name>\S{{1,255}}))?"
PAM = (
    say(
        "ruser=",
        rf"{MODULE}authentication failure; .{{0,300}}?ruser=(?P<user>\S{{1,255}}) {REMOTE}"
        r"(?: {1,2}user=(?P<effective>\S{1,255}))?$",
        "login",
        FAILURE,
    ),
    say(
        "authentication failure",
        rf"{MODULE}authentication failure;(?:.{{0,300}}? {REMOTE})?(?:.{{0,300}}? user=(?P<user>\S{{1,255}}))? *$",
        "login",
        FAILURE,
    ),
    say(
        "authentication success",
        rf"{MODULE}authentication success;(?:.{{0,300}}? {REMOTE})?(?:.{{0,300}}? user=(?P<user>\S{{1,255}}))? *$",
        "login",
        SUCCESS,
    ),
    say(
        "session opened",
        rf"{MODULE}session opened for user (?P<effective>[^\s(]{{1,255}})(?:\(uid=\d{{1,10}}\))?"
        r" by (?P<user>[^\s(]{0,255})",
        "session-start",
        SUCCESS,
    ),
    say("session closed", rf"{MODULE}session closed for user (?P<effective>\S{{1,255}})", "session-end"),
    say("password changed", rf"{MODULE}password changed for (?P<user>\S{{1,255}})$", "password-change", SUCCESS),
    say("has expired", rf"{MODULE}account (?P<user>\S{{1,255}}) has expired ", "login", FAILURE),
    say("expired password", rf"{MODULE}expired password for user (?P<user>\S{{1,255}}) ", "login", FAILURE),
    say(
        "could not identify",
        rf"{MODULE}auth could not identify password for \[(?P<user>[^\]]{{0,255}})\]",
        "login",
        FAILURE,
    ),
    say("check pass; user unknown", rf"{MODULE}check pass; user unknown$", "login", FAILURE),
    say("temporarily locked", rf"{MODULE}Consecutive login failures for user (?P<user>\S{{1,255}}) ", "login", FAILURE),
    say(
        " not met by user ",
        rf"{MODULE}requirement \".{{1,300}}?\" not met by user \"(?P<user>[^\"]{{1,255}})\"",
        "login",
        FAILURE,
    ),
    say("received for user ", rf"{MODULE}received for user (?P<user>\S{{1,255}}): ", "login", FAILURE),
)
SU = (
    say("FAILED S", r"FAILED SU \(to (?P<effective>\S{1,255})\) (?P<user>\S{1,255}) on ", "switch-user", FAILURE),
    say("(to ", r"\(to (?P<effective>\S{1,255})\) (?P<user>\S{1,255}) on ", "switch-user", SUCCESS),
    say("FAILED su", r"FAILED su for (?P<effective>\S{1,255}) by (?P<user>\S{1,255})", "switch-user", FAILURE),
    say("Successful su", r"Successful su for (?P<effective>\S{1,255}) by (?P<user>\S{1,255})", "switch-user", SUCCESS),
    say("BAD SU ", r"BAD SU (?P<user>\S{1,255}) to (?P<effective>\S{1,255}) on ", "switch-user", FAILURE),
    say(" to ", r"(?P<user>\S{1,255}) to (?P<effective>\S{1,255}) on /dev/", "switch-user", SUCCESS),
)
RUN = (
    r"(?:(?:HOST|TTY|CHROOT)=[^;]{1,4000} ; )*(?:PWD=(?P<directory>[^;]{1,4000}) ; )?"
    r"(?:USER=(?P<effective>\S{1,255}) ; )?(?:(?:GROUP|TSID|ENV)=[^;]{1,4000} ; )*"
)
CALLER = r" *(?P<user>\S{1,255}) : "
SUDO = (
    say(
        " : ",
        rf"{CALLER}(?![A-Z]{{1,10}}=)[^;=]{{1,200}} ; {RUN}(?:COMMAND=(?P<command>.{{1,8000}})|$)",
        "run",
        FAILURE,
    ),
    say("COMMAND=", rf"{CALLER}{RUN}COMMAND=(?P<command>.{{1,8000}})", "run", SUCCESS),
)
