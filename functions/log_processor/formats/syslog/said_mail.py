"""Know what Postfix, Dovecot and Exim say (their sources: smtpd, qmgr; login-common; log.c and deliver.c)."""

from log_processor.formats.syslog.said import FAILURE, SUCCESS, say

QUEUE = r"(?:NOQUEUE|(?P<queue>[0-9A-Za-z]{5,20})): "
CLIENT = r"(?P<name>[\w.:-]{1,255})\[(?P<address>[^\]\s]{1,45})\](?::(?P<port>\d{1,5})(?!\w|\.\d))?"
MAIL = r"<(?P<%s>[^>]{0,512})>"
SENDER, RECIPIENT = MAIL % "sender", MAIL % "recipient"
RELAY = r"(?:none|local|[\w.:/-]{1,255}(?:\[(?P<server>[^\]\s]{1,255})\](?::(?P<server_port>\d{1,5})(?!\w|\.\d))?)?)"
DELIVERY = rf"{QUEUE}to={RECIPIENT},(?: orig_to=<[^>]{{0,512}}>,)? relay={RELAY}, .{{1,400}}?status="
POSTFIX = (
    say("status=sent", rf"{DELIVERY}sent", "deliver", SUCCESS),
    say("status=", rf"{DELIVERY}(?:deferred|bounced|expired|undeliverable)", "deliver", FAILURE),
    say(
        "reject: ",
        rf"{QUEUE}(?:milter-)?reject: .{{1,60}}? from {CLIENT}: (?:.{{1,2000}}?; from={SENDER}(?: to={RECIPIENT})?)?",
        "reject",
        FAILURE,
    ),
    say(
        " authentication failed", rf"(?:warning: )?{CLIENT}: SASL [\w-]{{1,40}} authentication failed", "login", FAILURE
    ),
    say(
        ": client=",
        rf"{QUEUE}client={CLIENT}(?:, sasl_method=[\w-]{{1,40}}, sasl_username=(?P<user>\S{{1,255}}))?",
        "accept",
        SUCCESS,
    ),
    say(": from=<", rf"{QUEUE}from={SENDER}, size=", "queue"),
    say(": message-id=", rf"{QUEUE}message-id=<?(?P<id>[^\s>]{{1,998}})"),
    say(": uid=", rf"{QUEUE}uid=\d{{1,10}} from={SENDER}", "pickup"),
    say("disconnect from ", rf"disconnect from {CLIENT}", "disconnect"),
    say("connect from ", rf"connect from {CLIENT}", "connect"),
    say("lost connection after ", rf"lost connection after .{{1,60}}? from {CLIENT}", "disconnect", FAILURE),
    say("timeout after ", rf"timeout after .{{1,60}}? from {CLIENT}", "disconnect", FAILURE),
    say(": removed", rf"{QUEUE}removed$", "remove"),
)
LEVEL = r"(?:Info: |Warning: |Error: )?"
LOGIN = r"(?P<protocol>imap|pop3|managesieve|submission|lmtp)-login: "
WHO = r"user=<(?P<user>[^>]{0,255})>,(?: method=[\w-]{1,40},)? rip=(?P<address>[^,\s]{2,45})"
DOVECOT = (
    say(
        "-login: ",
        rf"{LOGIN}{LEVEL}Login: {WHO}, lip=[^,\s]{{2,45}},(?: mpid=(?P<pid>\d{{1,10}})(?!\w|\.\d),)?",
        "login",
        SUCCESS,
    ),
    say("auth failed", rf"{LOGIN}{LEVEL}[A-Z][^<]{{0,300}}auth failed[^<]{{0,300}}: {WHO}", "login", FAILURE),
    say("-login: ", rf"{LOGIN}{LEVEL}(?:Disconnected|Aborted login|Login aborted)[^<]{{0,300}}: {WHO}", "disconnect"),
    say(
        "ogged out",
        r"(?P<protocol>imap|pop3)\((?P<user>[^)]{1,255})\)\S{0,120}: (?:Info: )?(?:Disconnected: )?Logged out",
        "logout",
    ),
    say(
        "(",
        r"auth(?:-worker)?(?:\(\d{1,10}\))?: (?:Info: )?(?:\w{1,30}: ){0,2}[\w-]{1,30}\((?P<user>[^,)]{1,255}),"
        r"(?P<address>[^,)]{2,45})[^)]{0,120}\): (?:unknown user|[Pp]assword mismatch)",
        "login",
        FAILURE,
    ),
    say(
        "msgid=",
        r"(?P<protocol>lmtp)\((?P<user>[^)]{1,255})\)\S{0,120}: .{0,40}msgid=<?(?P<id>[^>\s]{1,998})>?: "
        r"(?:saved|stored) mail",
        "deliver",
        SUCCESS,
    ),
)
NUMBER = r"(?P<queue>[0-9A-Za-z]{6}-[0-9A-Za-z]{6}(?:[0-9A-Za-z]{5})?-[0-9A-Za-z]{2,4}) "
CLIENT_ADDRESS = r"\[(?P<address>[^\]\s]{2,45})\](?::(?P<port>\d{1,5})(?!\w|\.\d))?"
HELO = r"(?:\([^)]{0,255}\) )?"
HOST = rf"(?:.{{0,400}}? H={HELO}(?P<name>[\w.-]{{1,255}})?(?: \([^)]{{0,255}}\))? ?{CLIENT_ADDRESS})?"
TO = r"(?:[^\s<]{1,255} <)?(?P<recipient>[^\s<>]{1,512})>?"
RELAYED = r"(?:.{0,400}? H=\S{0,255} \[(?P<server>[^\]\s]{2,45})\](?::(?P<server_port>\d{1,5})(?!\w|\.\d))?)?"
EXIM = (
    say(
        " <= ",
        rf"{NUMBER}<= (?:<>|(?P<sender>\S{{1,512}})){HOST}(?:.{{0,800}}? id=(?P<id>\S{{1,998}}))?",
        "accept",
        SUCCESS,
    ),
    say(" => ", rf"{NUMBER}=> {TO}{RELAYED}", "deliver", SUCCESS),
    say(" -> ", rf"{NUMBER}-> {TO}{RELAYED}", "deliver", SUCCESS),
    say(" ** ", rf"{NUMBER}\*\* {TO}{RELAYED}", "deliver", FAILURE),
    say(" == ", rf"{NUMBER}== {TO}", "deliver", FAILURE),
    say(" Completed", rf"{NUMBER}Completed", "remove"),
    say(
        "rejected RCPT",
        rf"H=(?:(?P<name>[\w.-]{{1,255}}) )?{HELO}{CLIENT_ADDRESS}.{{0,300}}?"
        r"(?: F=<(?P<sender>[^>]{0,512})>)? rejected RCPT <?(?P<recipient>[^\s>]{1,512})",
        "reject",
        FAILURE,
    ),
    say(
        "authenticator failed for ",
        rf"\w{{1,60}} authenticator failed for (?:[\w.-]{{1,255}} )?{HELO}{CLIENT_ADDRESS}"
        r"(?:.{0,300}? \(set_id=(?P<user>[^)]{1,255})\))?",
        "login",
        FAILURE,
    ),
)
