"""The chaos run sends messages that ask for nothing, and each has to be a dead letter."""

import json

from emulator.chaos.foreign import MARK, find_wrong_letters, make_foreign_messages
from emulator.verify.failures import read_dead_letters


def test_a_message_without_a_letter_is_a_problem() -> None:
    """A message that was killed after its letter was sent may have two."""
    sent = make_foreign_messages("r1/")
    assert find_wrong_letters(sent, [*sent, sent[0]]) == []
    assert len(find_wrong_letters(sent, sent[1:])) == 1


def test_foreign_messages_are_told_from_others_by_a_mark() -> None:
    """Each is found again, even if it is no JSON; the run's own letters are read as before."""
    sent = make_foreign_messages("r1/")
    assert all(MARK in body for body in sent)
    assert len(read_dead_letters((body, {}) for body in sent)) == len(sent)
    assert sum(body.startswith(("{", "[")) for body in sent) == len(sent) - 1
    assert all(json.loads(body) for body in sent[1:])
