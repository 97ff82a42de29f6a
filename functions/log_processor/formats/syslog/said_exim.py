"""Know what Exim says (its sources: receive.c, deliver.c, smtp_in.c; the specification's chapter on log files)."""

from log_processor.formats.syslog.said import FAILURE, SUCCESS, say

NUMBER = r"(?P<queue>[0-9A-Za-z]{6}-[0-9A-Za-z]{6}(?:[0-9A-Za-z]{5})?-[0-9A-Za-z]{2,4}) "
CLIENT_ADDRESS = r"\[(?P<address>[^\]\s]{2,45})\](?::(?P<port>\d{1,5})(?!\w|\.\d))?"
HELO = r"(?:\([^)]{0,255}\) )?"
CLIENT = rf"(?:(?P<name>[\w.-]{{1,255}}) )?{HELO}{CLIENT_ADDRESS}"
HOST = rf"(?:.{{0,400}}? H={HELO}(?P<name>[\w.-]{{1,255}})?(?: \([^)]{{0,255}}\))? ?{CLIENT_ADDRESS})?"
TO = r"(?:[^\s<]{1,255} <)?(?P<recipient>[^\s<>]{1,512})>?"
RELAYED = r"(?:.{0,400}? H=\S{0,255} \[(?P<server>[^\]\s]{2,45})\](?::(?P<server_port>\d{1,5})(?!\w|\.\d))?)?"
FROM = r"(?:.{0,300}? A=[\w-]{1,60}:(?P<user>\S{1,255}))?(?:.{0,300}? F=<(?P<sender>[^>]{0,512})>)?"
"""Who was let in, and what they send from, behind the client's host."""
BEGINNINGS = ("H=", "SMTP ", "rejected ", "Connection from ", "unexpected disconnection ", "no host name found ")
"""How messages begin that are of no mail."""
AUTHENTICATOR = " authenticator failed for "
OWN = r"(?: I=\S{1,80})?"
"""The server's own address and port, where Exim is asked to write them."""
AT = rf"(?:{NUMBER})?H={CLIENT}{FROM}(?:.{{0,300}}?)? "
EXIM = (
    say(
        " <= ",
        rf"{NUMBER}<= (?:<>|(?P<sender>\S{{1,512}})){HOST}"
        r"(?:(?: (?!S=)\S{1,300}){0,8}? A=[\w-]{1,60}:(?P<user>\S{1,255}))?"
        r"(?:.{0,800}? id=(?P<id>\S{1,998}))?",
        "accept",
        SUCCESS,
    ),
    say(" => blackhole ", rf"{NUMBER}=> blackhole ", "discard"),
    say(" => ", rf"{NUMBER}=> {TO}{RELAYED}", "deliver", SUCCESS),
    say(" -> ", rf"{NUMBER}-> {TO}{RELAYED}", "deliver", SUCCESS),
    say(" ** ", rf"{NUMBER}\*\* {TO}{RELAYED}", "deliver", FAILURE),
    say(" == ", rf"{NUMBER}== {TO}{RELAYED}", "deliver", FAILURE),
    say(" Completed", rf"{NUMBER}Completed", "remove"),
    say("rejected RCPT ", rf"{AT}(?:temporarily )?rejected RCPT <?(?P<recipient>[^\s>]{{1,512}})", "reject", FAILURE),
    say(
        "rejected MAIL ",
        rf"(?:{NUMBER})?H={CLIENT} (?:temporarily )?rejected MAIL <?(?P<sender>[^\s>]{{1,512}})",
        "reject",
        FAILURE,
    ),
    say("rejected ", rf"{AT}(?:temporarily )?rejected (?:after DATA|EHLO|DATA|AUTH|connection)", "reject", FAILURE),
    say("rejected ", rf"rejected \w{{1,20}} from {CLIENT}{OWN}: ", "reject", FAILURE),
    say(": discarded by ", rf"{AT}RCPT <?(?P<recipient>[^\s>]{{1,512}})>?: discarded by ", "discard"),
    say(
        AUTHENTICATOR,
        rf"\w{{1,60}} authenticator failed for (?:[\w.-]{{1,255}} )?{HELO}{CLIENT_ADDRESS}"
        r"(?:.{0,300}? \(set_id=(?P<user>[^)]{1,255})\))?",
        "login",
        FAILURE,
    ),
    say("Connection from ", rf"Connection from {CLIENT}{OWN} refused: ", "connect", FAILURE),
    say("no host name found ", r"no host name found for IP address (?P<address>[0-9A-Fa-f.:]{2,45})"),
    say(" lost ", rf"SMTP connection from {CLIENT}.{{0,60}}? lost ", "disconnect", FAILURE),
    say("SMTP connection from ", rf"SMTP connection from {CLIENT}.{{0,60}}? (?:closed|D=)", "disconnect"),
    say("SMTP connection from ", rf"SMTP connection from {CLIENT}", "connect"),
    say("SMTP ", rf"SMTP (?:command|data) timeout .{{0,60}}?on connection from {CLIENT}", "disconnect", FAILURE),
    say("SMTP ", rf"SMTP (?:protocol|syntax) error .{{1,600}} H={CLIENT}", "reject", FAILURE),
    say("SMTP call from ", rf"SMTP call from {CLIENT} dropped", "disconnect", FAILURE),
    say("unexpected disconnection", rf"unexpected disconnection .{{0,300}}? from {CLIENT}", "disconnect", FAILURE),
    say(
        " H=",
        rf"{NUMBER}H=\S{{0,255}} \[(?P<server>[^\]\s]{{2,45}})\](?::(?P<server_port>\d{{1,5}}))? ",
        "connect",
        FAILURE,
    ),
)


def is_exim(message: str) -> bool:
    """Tell whether a message may be one of these: it begins with a message's id, or as those do that are of no mail."""
    return message[6:7] == "-" or message.startswith(BEGINNINGS) or AUTHENTICATOR in message[:80]
