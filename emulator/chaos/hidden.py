"""Write objects whose values a route hides, and look for these values in every copy that a run has made."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from emulator.chaos.middleware import POISON
from emulator.chaos.mixed import Written
from emulator.chaos.package import change_file
from emulator.samples.lines import START

HIDDEN = "hidden/"
"""The keys of objects whose values are hidden hold this."""
ROUTES_FILE = "log_processor/routes.toml"
ROUTE = f"""
[[route]]
keys = ["{HIDDEN}**", "**/{HIDDEN}**"]
redact = ["email", "card", "aws_key", {{ name = "password", pattern = 'password=(\\S+)' }}]
"""
CARD_DIGITS = 16
POISONED_EVERY = 40


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that has to be hidden, and the token that stands for it."""

    value: str
    token: str


def add_route(code: bytes) -> bytes:
    """Return the function's zip with the route that hides the values of these objects."""
    return change_file(code, ROUTES_FILE, lambda routes: routes + ROUTE.encode())


def draw_secrets(rng: random.Random) -> tuple[Secret, ...]:
    """Return new values of each kind that the route hides; half of one looks like no part of an id or a time.

    An id is hexadecimal, and a time of whole seconds ends with zeros.
    """
    digits = "4" + "".join(rng.choices("0123456789", k=CARD_DIGITS - 4)) + rng.choice("123456789") * 2
    return (
        Secret(f"user.{rng.randrange(16**10):010x}@mail.example.com", "[email]"),
        Secret(digits + _find_check_digit(digits), "[card]"),
        Secret("AKIA" + "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16)), "[aws_key]"),
        Secret("pw" + "".join(rng.choices("GHJKMNPQRSTUVWXYZ", k=12)), "[password]"),
    )


def write_hidden(rng: random.Random, count: int, *, is_packed: bool = False) -> tuple[list[Written], list[str]]:
    """Return `count` records with a value of each kind, some of which the table refuses, and all the values.

    If they are packed, the table takes all of them.
    """
    records, values = [], []
    moment = START
    for number in range(count):
        moment += timedelta(milliseconds=rng.randrange(2, 900))
        secrets = draw_secrets(rng)
        poison = f"{POISON} " if number % POISONED_EVERY == POISONED_EVERY - 1 else ""
        email, card, key, password = secrets
        event = {
            "time": f"{moment:%Y-%m-%dT%H:%M:%S}Z",
            "level": "info",
            "message": f"{poison}{email.value} pays with {card.value}, password={password.value} caf\u00e9",
            "login": {"key": key.value, "by": email.value},
        }
        text = json.dumps(event, ensure_ascii=rng.random() < 0.5)
        is_refused = bool(poison) and not is_packed
        time_ms = None if is_refused else int(moment.timestamp()) * 1000
        records.append(Written(text, "text" if is_refused else "json_lines", time_ms, _mask(text, secrets)))
        values += [secret.value for secret in secrets]
    return records, values


def wrap_in_docker(record: Written) -> Written:
    """Return the line that Docker's JSON driver makes of a record, whose values are in a text within a text then."""
    time = json.loads(record.text)["time"]

    def wrap(text: str) -> str:
        return json.dumps({"log": f"{text}\n", "stream": "stdout", "time": time})

    name = "docker_json" if record.format == "json_lines" else record.format
    return Written(wrap(record.text), name, record.time_ms, wrap(record.stored_text or ""))


def find_leaks(values: Iterable[str], copies: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a problem for each copy, given by what it is and its text, that has a value or a half of one."""
    halves: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for value in values:
        middle = len(value) // 2
        halves[middle][value[:middle]] = value
        halves[len(value) - middle][value[middle:]] = value
    for name, text in copies:
        if half := _find_half(text, halves):
            yield f"{name} shows a hidden value: …{text[max(0, half.start - 40) : half.stop + 20]}…"


def _find_half(text: str, halves: Mapping[int, Mapping[str, str]]) -> slice | None:
    """Return where a half of a value stands in `text`, None if none does; `halves` have by length the whole values.

    A number that merely holds the digits of a half, such as an offset or a time, is none: all digits beside each other
    have to be of the card. The time does not depend on how many halves there are. As alternatives of an expression,
    those of a whole run take minutes.
    """
    for length, known in halves.items():
        for start in range(len(text) - length + 1):
            half = text[start : start + length]
            if half in known and (not half.isdecimal() or _widen(text, start, start + length) in known[half]):
                return slice(start, start + length)
    return None


def _widen(text: str, start: int, stop: int) -> str:
    """Return the digits between two places with all that stand beside them."""
    while start > 0 and text[start - 1].isdecimal():
        start -= 1
    while stop < len(text) and text[stop].isdecimal():
        stop += 1
    return text[start:stop]


def _mask(text: str, secrets: Iterable[Secret]) -> str:
    for secret in secrets:
        text = text.replace(secret.value, secret.token)
    return text


def _find_check_digit(digits: str) -> str:
    """Return the digit that makes the sum of Luhn's rule a multiple of ten."""
    doubled = [int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits))]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
