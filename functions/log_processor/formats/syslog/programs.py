"""Know by the tag of a line which program's messages to look for."""

from collections.abc import Mapping
from typing import Any

from log_processor.formats.lib.format import list_columns
from log_processor.formats.syslog.said import Saying, put_sayings
from log_processor.formats.syslog.said_exim import EXIM
from log_processor.formats.syslog.said_logins import PAM, SSH, SU, SUDO
from log_processor.formats.syslog.said_mail import DOVECOT, POSTFIX
from log_processor.formats.syslog.said_packets import put_packet

SAYINGS: Mapping[str, tuple[Saying, ...]] = {
    "sshd": SSH,
    "sshd-session": SSH,
    "sshd-auth": SSH,
    "su": SU,
    "sudo": SUDO,
    "dovecot": DOVECOT,
    "exim": EXIM,
    "exim4": EXIM,
}

COLUMNS = (
    *list_columns("event.action event.outcome", note="of what a known program says (see the notes)"),
    *list_columns("user.name user.effective.name client.address client.port client.domain", note="likewise"),
    *list_columns("process.command_line process.working_directory network.protocol.name email.*", note="likewise"),
    *list_columns("source.* destination.* network.transport", note="of a packet or a relay"),
    *list_columns("observer.ingress.interface.name observer.egress.interface.name", note="of a packet"),
)
"""The fields of what the programs say."""
NOTES = (
    " The commonest messages of OpenSSH, PAM, su, sudo, netfilter (iptables, UFW), Postfix, Dovecot and Exim also give "
    "who did what, from where, and how it ended (`login`, `failure`); the message stays whole."
)
PAM_SIGN = "pam_"
POSTFIX_TAG = "postfix"
MAX_CHARS = 16 * 1024
"""A longer message is none of these."""


def put_said(fields: dict[str, Any], message: str) -> None:
    """Put what a message of a known program says beside the fields of its line, which stay."""
    service = fields.get("service.name", "")
    known: tuple[Saying, ...]
    if message[: len(PAM_SIGN)] == PAM_SIGN:
        known = PAM
    elif service in SAYINGS:
        known = SAYINGS[service]
    elif service[: len(POSTFIX_TAG)] == POSTFIX_TAG:
        known = POSTFIX
    else:
        if service == "kernel":
            put_packet(fields, message)
        return
    if len(message) <= MAX_CHARS:
        put_sayings(fields, message, known)
