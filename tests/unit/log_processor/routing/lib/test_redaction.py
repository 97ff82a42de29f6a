"""Redaction hides values in texts and fields, gives equal values equal hashes, and takes linear time."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.formats.registry import BY_NAME
from log_processor.record import LogRecord
from log_processor.routing import routes
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.lib.cards import DOUBLED, is_card
from log_processor.routing.lib.encodings import MAX_PARTS
from log_processor.routing.lib.findings import MAX_MATCHES
from log_processor.routing.lib.redaction import Redaction
from log_processor.routing.lib.sensitive import NAMED
from log_processor.storing.items import MAX_ITEM_BYTES

from tests.support.growth import FLAT, Recipe, measure_steepness

ALL = "['ip', 'email', 'card', 'aws_key', 'jwt']"
KEY = "0123456789abcdef"


def read_redaction(redact: str, key: str = KEY) -> Redaction:
    redaction = routes.read(f"[[route]]\nkeys = ['**']\nredact = {redact}", key).routes[0].redaction
    assert redaction is not None
    return redaction


EVERY = read_redaction(ALL)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("from 192.0.2.1:8080 to /10.0.0.255", "from [ip]:8080 to /[ip]"),
        ("[2001:db8::1]:443 fe80::1%eth0 ::1", "[[ip]]:443 [ip]%eth0 [ip]"),
        ("2001:0DB8:0:0:0:0:0:1 ::ffff:192.0.2.1 1:2:3:4:5:6:192.0.2.1", "[ip] [ip] [ip]"),
        ("10:00:00 std::deque Foo::Bar a::b aa:bb:cc:dd:ee:ff", "10:00:00 std::deque Foo::Bar a::b aa:bb:cc:dd:ee:ff"),
        ("v1.2.3 at 2026.05.04", "v1.2.3 at 2026.05.04"),
        ("mail bob.o'neil+x@mail.example.com, 'ann@example.org'", "mail [email], '[email]'"),
        ("/u?mail=bob%40example.com&x", "/u?mail=[email]&x"),
        ('{"m": "bob\\u0040example.com"}', '{"m": "[email]"}'),
        ("jörg@bücher.example", "[email]"),
        ("left-pad@1.3.0 root@localhost @here", "left-pad@1.3.0 root@localhost @here"),
        ("pay 4111111111111111 and 5500-0000-0000-0004", "pay [card] and [card]"),
        ("12 4111 1111 1111 1111 12/27", "12 [card] 12/27"),
        ("card=3782+822463+10005;", "card=[card];"),
        (
            "4111111111111112 1777881601000 5500000000000000000000004",
            "4111111111111112 1777881601000 5500000000000000000000004",
        ),
        ("AKIAIOSFODNN7EXAMPLE", "[aws_key]"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = [aws_key]"),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "Bearer [jwt]"),
        ("nothing to hide", "nothing to hide"),
        ("", ""),
    ],
)
def test_a_named_pattern_hides_its_values_only(text: str, hidden: str) -> None:
    """Each pattern hides its values, and leaves text that only looks like one."""
    assert EVERY.text(text) == hidden


SURROUNDINGS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Nd"]), max_size=20)
OCTET = st.integers(0, 255)
IPV4 = st.tuples(OCTET, OCTET, OCTET, OCTET).map(lambda octets: ".".join(map(str, octets)))


def add_check_digit(digits: str) -> str:
    return next(digits + str(last) for last in range(10) if is_card(f"{digits}{last}".encode()))


CARD = st.from_regex(r"(3[47]|4[0-9]|5[1-5]|6[05]|2[3-6])[0-9]{10,16}", fullmatch=True).map(add_check_digit)


@settings(deadline=None)
@given(SURROUNDINGS, SURROUNDINGS, st.sampled_from([IPV4, st.emails(), CARD]).flatmap(lambda values: values))
def test_a_planted_value_is_never_left(before: str, after: str, planted: str) -> None:
    """It is hidden in the text and in parsed fields, whatever stands beside it."""
    text = f"{before} {planted} {after}"
    assert planted not in EVERY.text(text)
    line = json.dumps({"message": text, "deep": [{planted: [planted, 1]}]}, ensure_ascii=False)
    parsed = BY_NAME["json_lines"].parse(line, 0)
    assert parsed is not None
    record = LogRecord("id", 0, "json_lines", line, 0, 1, parsed.fields)
    EVERY.apply(record)
    assert planted not in json.dumps([record.log_data, record.fields], ensure_ascii=False)


@given(CARD, st.sampled_from([" ", "-", "+", ""]))
def test_a_card_in_groups_has_the_same_hash(card: str, separator: str) -> None:
    """Spaces, dashes or plus signs between the groups do not change the hash."""
    hashed = read_redaction("[{name = 'card', method = 'hash'}]")
    groups = separator.join(card[start : start + 4] for start in range(0, len(card), 4))
    assert hashed.text(f"({groups})") == hashed.text(f"({card})")
    assert len(hashed.text(card)) == len("[card:0123456789ab]")


@given(st.text(max_size=200))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    """A token is never redacted, whatever the text."""
    once = EVERY.text(text)
    assert EVERY.text(once) == once


@given(CARD, st.sampled_from([".", "\u00a0", "\u202f", "\u2009"]))
def test_a_card_may_have_dots_and_wide_blanks(card: str, separator: str) -> None:
    """Groups of four with dots, and groups of any size with blanks that do not break a line."""
    four = separator.join(card[start : start + 4] for start in range(0, len(card), 4))
    assert EVERY.text(f"({four})") == "([card])"


def test_numbers_with_other_dots_are_no_cards() -> None:
    """Decimals, object ids and versions stay, even if their digits end in the right check digit."""
    cards = read_redaction("['card']")
    for text in ("4.1234 5.5678 3.9876 4.1111", "6.1.4.1.311.21.20.3.4", "41.11.11.11.11.11.11.11"):
        assert cards.text(text) == text


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["4 ", "4-", "41 ", "4111 ", "4", "4.", "4111111111111111 ", "4\u00a0"])
def test_digits_take_the_same_time_a_byte_however_long(unit: str) -> None:
    """A line of digits in groups of any size is searched in time linear in its length."""
    hidden = read_redaction("['card']")
    assert measure_steepness(hidden.text, Recipe("", unit, "")) <= FLAT
    begun = time.process_time()
    hidden.text(unit * ((1 << 20) // len(unit)))
    assert time.process_time() - begun < 3


SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SLASHED, CODED, PERCENT = (SECRET.replace("/", sign) for sign in ("\\/", "\\u002F", "%2F"))
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc=\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"<SecretAccessKey>{SECRET}</SecretAccessKey>", "<SecretAccessKey>[aws_key]</SecretAccessKey>"),
        (f":secret_access_key => '{SECRET}'", ":secret_access_key => '[aws_key]'"),
        (f'{{"name": "AWS_SECRET_KEY", "value": "{SECRET}"}}', '{"name": "AWS_SECRET_KEY", "value": "[aws_key]"}'),
        (f"name=secret_key value={SECRET}", "name=secret_key value=[aws_key]"),
        (f"--secret-access-key {SECRET} -x", "--secret-access-key [aws_key] -x"),
        (f'{{"SecretAccessKey":{{"S":"{SECRET}"}}}}', '{"SecretAccessKey":{"S":"[aws_key]"}}'),
        (f"<key>secretKey</key><string>{SECRET}<", "<key>secretKey</key><string>[aws_key]<"),
        (f"token AQoDYXdzEJr{SECRET}", "token [aws_key]"),
        ("c 4111\u20131111\u20131111\u20131111, 4111\u30001111\u30001111\u30001111", "c [card], [card]"),
        (f"AWS_SESSION_TOKEN={SECRET}{SECRET}== x", "AWS_SESSION_TOKEN=[aws_key] x"),
        ("with IQoJb3JpZ2luX2VjEJv//////////wEaCXVz too", "with [aws_key] too"),
        (f"key: {PEM} end", "key: [aws_key] end"),
        (PEM.partition("abc=")[0], "[aws_key]"),
        (json.dumps({"k": PEM, "n": 1}), '{"k": "[aws_key]", "n": 1}'),
        (f"/x?secretAccessKey%22%3A%22{SECRET}%22", "/x?secretAccessKey%22%3A%22[aws_key]%22"),
        (f'body: {{\\"secretAccessKey\\": \\"{SECRET}\\"}}', 'body: {\\"secretAccessKey\\": \\"[aws_key]\\"}'),
        (f"&quot;secretAccessKey&quot;:&quot;{SECRET}&quot;", "&quot;secretAccessKey&quot;:&quot;[aws_key]&quot;"),
        ("eyJhbGciOiJIUzI1NiJ9%2EeyJzdWIiOiIxIn0%2Ec2lnbmF0", "[jwt]"),
        ("c=4111%201111%201111%201111&x=1", "c=[card]&x=1"),
        ("c=4111%C2%A01111%C2%A01111%C2%A01111", "c=[card]"),
        ('{"c": 4111111111111111, "l": [4111111111111111]}', '{"c": "[card]", "l": ["[card]"]}'),
        ('{"log":"{\\"c\\":4111111111111111}\\n"}', '{"log":"{\\"c\\":\\"[card]\\"}\\n"}'),
        (f'{{"secretAccessKey":"{SLASHED}"}}', '{"secretAccessKey":"[aws_key]"}'),
        (f'{{"secretAccessKey":"{CODED}"}}', '{"secretAccessKey":"[aws_key]"}'),
        (f'{{"secretAccessKey":"{PERCENT}"}}', '{"secretAccessKey":"[aws_key]"}'),
        (f"aws_secret={SECRET}", "aws_secret=[aws_key]"),
        ("c 4111\xad1111\u20601111\ufeff1111, 4111\uff0d1111\ufe631111\u16801111", "c [card], [card]"),
        (
            "Bearer ewogICJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0 ew0KICJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
            "Bearer [jwt] [jwt]",
        ),
        ('{"log":"bob@exam\\u001b[1mple.com"}', '{"log":"[email]\\u001b[1m"}'),
        ('{"log":"10.\\u001b[1m1.2.\\u001b[0m3"}', '{"log":"[ip]\\u001b[1m\\u001b[0m"}'),
        ('{"m":"10\\u0026#46;1\\u0026#46;2\\u0026#46;3"}', '{"m":"[ip]"}'),
        ('{"m":"10\\u00252E1\\u00252E2\\u00252E3"}', '{"m":"[ip]"}'),
    ],
)
def test_a_named_value_is_known_in_any_writing(text: str, hidden: str) -> None:
    """Behind a name in any notation, and as addresses, forms, XML and JSON encode it; JSON stays JSON."""
    assert EVERY.text(text) == hidden


@pytest.mark.parametrize("digits", ["4111111111111111", "378282246310005", "6011000990139424", "30569309025904"])
def test_a_card_ends_in_its_check_digit(digits: str) -> None:
    """Another last digit makes it no card; the table of doubled digits follows Luhn's rule."""
    assert is_card(digits.encode())
    changed = str((int(digits[-1]) + 1) % 10)
    assert not is_card(f"{digits[:-1]}{changed}".encode())
    assert list(DOUBLED) == [digit * 2 - 9 * (digit > 4) for digit in range(10)]


def test_equal_values_have_equal_hashes_under_one_key() -> None:
    """Case and route do not matter; under another key the hash is another."""
    one, two = (read_redaction("[{name = 'email', method = 'hash'}]") for _ in range(2))
    assert one.text("Bob@Example.com") == two.text("bob@example.com")
    assert one.text("bob@example.com") != one.text("ann@example.com")
    other = read_redaction("[{name = 'email', method = 'hash'}]", "another key of 16 and more")
    assert other.text("bob@example.com") != one.text("bob@example.com")


def redact_record(own: str, text: str, fields: dict[str, Any]) -> LogRecord:
    record = LogRecord("id", 0, "logfmt", text, 0, len(text), fields)
    read_redaction(own).apply(record)
    return record


def test_a_contextual_value_is_hidden_in_the_fields_too() -> None:
    """What `password=` gave away in the text is hidden where a field holds it alone, as a number too."""
    own = "[{name = 'secret', pattern = '(?:password|pin)=(\\S+)'}]"
    record = redact_record(
        own, "password=hunter2 pin=42 n=7", {"password": "hunter2", "pin": 42, "n": 7, "m": "is hunter2"}
    )
    assert record.log_data == "password=[secret] pin=[secret] n=7"
    assert record.fields == {"password": "[secret]", "pin": "[secret]", "n": 7, "m": "is [secret]"}


def test_numbers_and_names_of_fields_are_hidden() -> None:
    """A number is hidden as its text would be; two names that become one token stay two names."""
    fields = {"card": 4111111111111111, "by": {"a@example.com": 1, "b@example.com": 2}, "ok": True, "none": None}
    record = redact_record(ALL, "-", fields)
    assert record.fields == {"card": "[card]", "by": {"[email]": 1, "[email]~1": 2}, "ok": True, "none": None}


def test_a_value_at_any_depth_is_hidden() -> None:
    """What is nested too deeply for the table is hidden as well, and raises nothing."""
    for depth in (27, 28, 29, 200, 900):
        deep: Any = "bob@example.com"
        for _ in range(depth):
            deep = {"a": deep}
        assert "bob@" not in repr(redact_record(ALL, "-", {"a": deep}).fields)


def test_values_that_overlap_become_one_token() -> None:
    """Every rule searches the original text; the first of the rules names the token."""
    own = "['email', {name = 'user', pattern = 'user=\\S+'}]"
    assert read_redaction(own).text("user=bob@example.com x") == "[email] x"


@pytest.mark.parametrize("pattern", ["a(?:.*b)?", "(a+)+$", "(?:a|aa)+b|a"])
def test_a_costly_pattern_hides_the_rest_of_the_text(pattern: str) -> None:
    """After as many matches as one text may cost, all that follows is hidden, so the time is limited."""
    costly = read_redaction(f"[{{name = 'own', pattern = '{pattern}'}}]")
    begun = time.process_time()
    hidden = costly.text("a" * 1_000_000)
    assert time.process_time() - begun < 5
    assert "a" not in hidden


def test_fields_of_a_text_that_no_item_holds_are_left_out() -> None:
    """They would take ten times its memory, and the item is stored without them; the values in the text are hidden."""
    text = json.dumps({"a": [{"b": "secret"}] * (MAX_ITEM_BYTES // 10)})
    record = redact_record("[{field = 'b'}]", text, json.loads(text))
    assert record.fields == {}
    assert "secret" not in record.log_data


@pytest.mark.parametrize(
    ("redact", "unit", "value"),
    [
        ("['ip']", "10.1.2.3 ", "10.1"),
        ("['ip']", "10%2E1.2.3 ", "10%2E1"),
        ("['card']", "4111111111111111 ", "4111"),
        ("['email']", '"bob@x.de\\n" ', "bob"),
        ("[{field = 'a'}]", "a=secret ", "secret"),
        ("[{field = 'a'}]", '{"a": "secret"} ', "secret"),
    ],
)
def test_many_values_hide_the_rest_of_the_text(redact: str, unit: str, value: str) -> None:
    """Each value takes memory until its text is masked, so there is a most; no value behind it is shown."""
    hidden = read_redaction(redact).text(f"{unit * (MAX_MATCHES + 9)} end")
    assert value not in hidden
    assert hidden.count("[") <= MAX_MATCHES + MAX_PARTS + 1


@pytest.mark.parametrize(
    ("redact", "sentence"),
    [
        ("'ip'", "is no list"),
        ("[3]", "holds 3"),
        ("['ips']", "knows no pattern 'ips': did you mean 'ip'? choose ip, email, card, aws_key, jwt, or write"),
        ("[{method = 'hash'}]", "knows no pattern None"),
        ("['ip', {name = 'ip', method = 'hash'}]", "names 'ip' twice"),
        ("[{name = 'ip', method = 'md5'}]", "'method' in redact is 'md5': choose mask or hash"),
        ("[{name = 'ip', pattern = 'x'}]", "the name of an own pattern in redact is 'ip'"),
        ("[{pattern = 'x'}]", "the name of an own pattern in redact is None"),
        ("[{name = 'A b', pattern = 'x'}]", "lower-case letters"),
        ("[{name = 'x', pattern = 3}]", "between single quotes"),
        ("[{name = 'x', pattern = '(?<=a)b'}]", "no lookaround"),
        ("[{name = 'x', pattern = '(a)(b)'}]", "has 2 groups"),
        ("[{name = 'x', pattern = 'a*'}]", "matches empty text"),
        ("[{name = 'x', regex = 'a'}]", "unknown key 'regex' in redact"),
        ("[{name = 'x', pattern = 'a^b'}]", "hides nothing: no text can stand before its ^"),
        ("[{name = 'x', pattern = 'pw$;(.)'}]", "hides nothing: no text can stand"),
        ("[{name = 'x', pattern = '[^\\s\\S]x'}]", "hides nothing: no text can stand"),
        ("[{name = 'x', pattern = 'password=()'}]", "hides nothing: its group (…) matches empty text alone"),
        ("[{name = 'x', pattern = 'pin=(\\b)'}]", "hides nothing: its group"),
        ("[{field = ''}]", "'field' in redact is ''"),
        ("[{field = 'user..name'}]", "'field' in redact is 'user..name': write the name of a field"),
        ("[{field = 7}]", "'field' in redact is 7"),
        ("[{field = 'pw', pattern = 'x'}]", "the rule for the field 'pw' in redact has a pattern: write two rules"),
        ("[{field = 'мир'}]", "the field 'мир' in redact has no name for its token: add a name"),
        ("[{field = 'pw', name = 'P W'}]", "the field 'pw' in redact has no name for its token"),
        ("[{field = 'pw'}, {field = 'PW'}]", "names 'pw' twice: keep one of them"),
    ],
)
def test_a_bad_rule_is_refused_with_its_line(redact: str, sentence: str) -> None:
    """The sentence says what is wrong with the rule."""
    with pytest.raises(RouteError) as refused:
        read_redaction(redact)
    assert sentence in str(refused.value)
    assert refused.value.line == 3


def test_an_anchored_pattern_matches_each_value_by_itself() -> None:
    """`^` and `$` are the ends of each value, not of all values joined."""
    for pattern in ("^secret$", r"\Asecret", r"secret\z"):
        record = redact_record(
            f"[{{name = 'own', pattern = '{pattern}'}}]", "m=secret;", {"a": "x", "m": "secret", "z": [1]}
        )
        assert record.fields == {"a": "x", "m": "[own]", "z": [1]}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a@b.example", "10.0.0.1", "x"]),
    lambda members: (
        st.lists(members, max_size=3) | st.dictionaries(st.sampled_from(["n", "m", "c@d.example"]), members)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["one", "two", "e@f.example"]), VALUES), st.booleans())
def test_one_search_over_all_fields_finds_the_same(fields: dict[str, Any], named: bool) -> None:
    """A search over all fields at once gives the same record as a search in each."""
    quick, slow = read_redaction("['ip', 'email']"), read_redaction("['ip', 'email']")
    slow._search.can_join = False
    text = "10.0.0.1 a@b.example" if named else "-"
    one, two = (LogRecord("id", 0, "text", text, 0, 1, dict(fields)) for _ in range(2))
    quick.apply(one)
    slow.apply(two)
    assert repr(one) == repr(two)


@given(st.text("0123456789abf.:-", max_size=40))
def test_what_has_an_address_may_have_one(text: str) -> None:
    """No address is in a text that has too few dots and colons for one."""
    address = NAMED["ip"]
    assert address.may_match(text.encode()) or address.pattern.search(text.encode()) is None


@pytest.mark.parametrize("address", ["192.0.2.1", "::1", "fe80::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:192.0.2.1"])
def test_an_address_alone_in_a_field_is_hidden(address: str) -> None:
    """In each of its forms, in a field that holds nothing else."""
    record = LogRecord("id", 0, "text", "-", 0, 1, {"client": address, "port": 80})
    read_redaction("['ip']").apply(record)
    assert record.fields == {"client": "[ip]", "port": 80}
