"""Know what Postfix and Dovecot say (their sources: smtpd, smtp, cleanup, postscreen; login-common, auth, lmtp)."""

from log_processor.formats.syslog.said import ADDRESS, FAILURE, SUCCESS, say

QUEUE = r"(?:NOQUEUE|(?P<queue>[0-9A-Za-z]{5,20})): "
CLIENT = r"(?:(?P<name>[\w.:-]{1,255})\[|\[)(?P<address>[^\]\s]{1,45})\](?::(?P<port>\d{1,5})(?!\w|\.\d))?"
"""A client; postscreen does not look its name up."""
SERVER = (
    r"[\w.:/-]{1,255}(?:\[(?:(?P<server>[0-9A-Fa-f]{0,4}[.:][0-9A-Fa-f.:]{2,41})|[^\]]{1,255})\]"
    r"(?::(?P<server_port>\d{1,5})(?!\w|\.\d))?)?"
)
"""A server, or the socket of one."""
MAIL = r"<(?P<%s>[^>]{0,512})>"
SENDER, RECIPIENT = MAIL % "sender", MAIL % "recipient"
DELIVERY = rf"{QUEUE}to={RECIPIENT},(?: orig_to=<[^>]{{0,512}}>,)? relay=(?:none|local|{SERVER}), .{{1,400}}?status="
AT = rf"(?:milter-)?%s: \S{{1,60}} from {CLIENT}: (?:.{{1,2000}}?; from={SENDER}(?:,? to={RECIPIENT})?)?"
"""What is done at a step of SMTP, and to whose message."""
WARNING = "(?:warning: )?"
POSTFIX = (
    say("status=sent", rf"{DELIVERY}sent", "deliver", SUCCESS),
    say("status=", rf"{DELIVERY}(?:deferred|bounced|expired|undeliverable)", "deliver", FAILURE),
    say("reject: ", rf"{QUEUE}{AT % 'reject'}", "reject", FAILURE),
    say("hold: ", rf"{QUEUE}{AT % 'hold'}", "hold"),
    say("discard: ", rf"{QUEUE}{AT % 'discard'}", "discard"),
    say(
        "reject: ",
        rf"{QUEUE}(?:milter-)?reject: (?:header|body|mime-header|nested-header) .{{1,2000}} from "
        rf"(?:{CLIENT}|local); from={SENDER}(?: to={RECIPIENT})?",
        "reject",
        FAILURE,
    ),
    say(
        " authentication failed",
        rf"{WARNING}{CLIENT}: SASL [\w-]{{1,40}} authentication failed"
        r"(?:.{0,300}, sasl_username=(?P<user>\S{1,255}))?",
        "login",
        FAILURE,
    ),
    say(
        ": client=",
        rf"{QUEUE}client={CLIENT}(?:, sasl_method=[\w-]{{1,40}}, sasl_username=(?P<user>\S{{1,255}}))?",
        "accept",
        SUCCESS,
    ),
    say(": from=<", rf"{QUEUE}from={SENDER}, size=", "queue"),
    say(": from=<", rf"{QUEUE}from={SENDER}, status=expired", "expire", FAILURE),
    say(": message-id=", rf"{QUEUE}message-id=<?(?P<id>[^\s>]{{1,998}})"),
    say(": uid=", rf"{QUEUE}uid=\d{{1,10}} from={SENDER}", "pickup"),
    say("disconnect from ", rf"disconnect from {CLIENT}", "disconnect"),
    say("connect from ", rf"connect from {CLIENT}", "connect"),
    say("lost connection after ", rf"lost connection after .{{1,60}}? from {CLIENT}", "disconnect", FAILURE),
    say("timeout after ", rf"timeout after .{{1,60}}? from {CLIENT}", "disconnect", FAILURE),
    say("too many errors after ", rf"too many errors after .{{1,60}}? from {CLIENT}", "disconnect", FAILURE),
    say(" limit exceeded: ", rf"{WARNING}[\w ]{{1,60}} limit exceeded: \d{{1,10}} from {CLIENT}", "reject", FAILURE),
    say(" from ", rf"{WARNING}non-SMTP command from {CLIENT}: ", "reject", FAILURE),
    say(" from ", rf"{WARNING}Illegal address syntax from {CLIENT} in ", "reject", FAILURE),
    say(" from ", rf"{WARNING}improper command pipelining after [\w-]{{1,60}} from {CLIENT}: ", "reject", FAILURE),
    say(
        "does not resolve to address ",
        rf"{WARNING}hostname (?P<name>\S{{1,255}}) does not resolve to address {ADDRESS}",
    ),
    say("SSL_accept error from ", rf"SSL_accept error from {CLIENT}", "connect", FAILURE),
    say("connect to ", rf"connect to {SERVER}: ", "connect", FAILURE),
    say(": host ", rf"{QUEUE}host {SERVER} (?:said|refused to talk to me): ", "deliver", FAILURE),
    say("notification: ", rf"{QUEUE}sender (?:non-delivery|delay) notification: ", "bounce"),
    say(": removed", rf"{QUEUE}removed$", "remove"),
    say("CONNECT from ", rf"CONNECT from {CLIENT}", "connect"),
    say("DISCONNECT ", rf"DISCONNECT {CLIENT}", "disconnect"),
    say("HANGUP after ", rf"HANGUP after \S{{1,20}} from {CLIENT}", "disconnect", FAILURE),
    say("PREGREET ", rf"PREGREET \d{{1,9}} after \S{{1,20}} from {CLIENT}", "reject", FAILURE),
    say("DNSBL rank ", rf"DNSBL rank \d{{1,9}} for {CLIENT}", "reject", FAILURE),
    say("PASS ", rf"PASS (?:NEW|OLD) {CLIENT}", "accept", SUCCESS),
)
LEVEL = r"(?:Info: |Warning: |Error: )?"
LOGIN = r"(?P<protocol>imap|pop3|managesieve|submission|lmtp)-login: "
WHO = r"user=<(?P<user>[^>]{0,255})>,(?: method=[\w-]{1,40},)? rip=(?P<address>[^,\s]{2,45})"
SESSION = r"(?P<protocol>imap|pop3|lmtp|managesieve|submission)\((?P<user>[^)]{1,255})\)\S{0,120}: (?:Info: )?"
AUTH = (
    r"auth(?:-worker)?(?:\(\d{1,10}\))?: (?:Info: )?(?:conn [^:]{1,60}:[^:]{1,60}: )?(?:auth-worker<\d{1,10}>: )?"
    r"(?:\w{1,30}: ){0,2}[\w-]{1,30}\((?:\?|(?P<user>[^,)]{1,255})),(?P<address>[^,)]{2,45})[^)]{0,120}\): "
)
DOVECOT = (
    say(
        "-login: ",
        rf"{LOGIN}{LEVEL}Login: {WHO}, lip=[^,\s]{{2,45}},(?: mpid=(?P<pid>\d{{1,10}})(?!\w|\.\d),)?",
        "login",
        SUCCESS,
    ),
    say("auth failed", rf"{LOGIN}{LEVEL}[A-Z][^<]{{0,300}}auth failed[^<]{{0,300}}: {WHO}", "login", FAILURE),
    say(
        "Maximum number of conn",
        rf"{LOGIN}{LEVEL}[A-Z][^<]{{0,300}}Maximum number of [^<]{{0,300}}: {WHO}",
        "login",
        FAILURE,
    ),
    say("-login: ", rf"{LOGIN}{LEVEL}(?:Disconnected|Aborted login|Login aborted)[^<]{{0,300}}: {WHO}", "disconnect"),
    say("ogged out", rf"{SESSION}(?:Disconnected: )?Logged out", "logout"),
    say("isconnected", rf"{SESSION}Disconnected", "disconnect"),
    say("Connection closed", rf"{SESSION}Connection closed", "disconnect"),
    say(
        "(",
        rf"{AUTH}(?:unknown user|[Pp]assword mismatch|pam_authenticate\(\) failed|Invalid |[Cc]redentials|[Ll]ogin)",
        "login",
        FAILURE,
    ),
    say("msgid=", rf"{SESSION}.{{0,40}}msgid=<?(?P<id>[^>\s]{{1,998}})>?: (?:saved|stored) mail", "deliver", SUCCESS),
    say("onnect from ", rf"(?P<protocol>lmtp)\(\d{{1,10}}\): Connect from (?:local|{ADDRESS})", "connect"),
    say("isconnect from ", rf"(?P<protocol>lmtp)\(\d{{1,10}}\): Disconnect from (?:local|{ADDRESS})", "disconnect"),
)
