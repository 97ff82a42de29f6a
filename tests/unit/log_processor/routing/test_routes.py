"""Routes are read from TOML, or refused with the line of the mistake."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.errors import SettingsError
from log_processor.formats.registry import BY_NAME
from log_processor.routing import routes
from log_processor.routing.config.build import KEYS, READING_KEYS, RECORD_KEYS
from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.lib.route import DEFAULT
from log_processor.routing.lib.sensitive import NAMED

WHOLE = """
# the first route that matches a key is its route
[[route]]
keys = [
    "pay/**",   # [[ not a table
    'a[[b]]',
]
source = "payments"
format = "json_lines"
start = '^\\d{4}'
sample = 0.5

[[route]]
keys = ["pay/**", "web/*"]
format = "auto"
[[route.exclude]]
field = "level"
equals = ["debug"]
"""


def test_the_first_route_that_matches_a_key_is_its_route() -> None:
    """Order decides, not how specific a pattern is."""
    read_routes = routes.read(WHOLE)
    assert read_routes.find("pay/x").source == "payments"
    assert read_routes.find("pay/x").format is BY_NAME["json_lines"]
    assert read_routes.find("web/x").format is None
    assert read_routes.find("web/x").get_source("web/x") == "web"
    assert read_routes.find("web/x").filters is not None
    assert read_routes.find("other/x") is DEFAULT


def test_an_object_without_a_route_has_the_defaults() -> None:
    """Its format is detected, and its source is the key's first segment, or `default` if the key has one segment."""
    route = routes.read("").find("web/a.log")
    assert (route.format, route.start, route.filters) == (None, None, None)
    assert (route.get_source("web/a.log"), route.get_source("a.log")) == ("web", "default")


def test_the_shipped_file_has_no_route() -> None:
    """All of its routes are examples in comments."""
    assert routes.load("").routes == ()


def test_the_shipped_examples_can_be_read() -> None:
    """The commented routes are valid without the `#` before each line."""
    lines = routes.FILE.read_text().splitlines()
    examples = [line[1:] for line in lines if line[:1] == "#" and line[1:2] not in {"", " "}]
    assert len(routes.read("\n".join(examples)).routes) >= 2


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("[[route]]\nkeys = ['a']\nformt = 'auto'", 3, "unknown key 'formt'"),
        ("\n[[routes]]\nkeys = ['a']", 2, "unknown key 'routes'"),
        ("name = 'x'\n[[route]]\nkeys = ['a']", 1, "unknown key 'name'"),
        ("[route]\nkeys = ['a']", 1, "begin each with [[route]]"),
        ("route = 3", 1, "begin each with [[route]]"),
        ("\n[[route]]\nsource = 'a'", 2, "has no 'keys'"),
        ("[[route]]\nkeys = 'a'", 2, "list key patterns"),
        ("[[route]]\nkeys = []", 2, "list key patterns"),
        ("[[route]]\nkeys = [\n'a',\n'/b']", 4, "keys begin without '/'"),
        ("[[route]]\nkeys = ['**']\n[[route]]\nkeys = ['a']", 4, "never reached: the one of line 1"),
        ("[[route]]\nkeys = ['a']\nsource = 'a#b'", 3, "use 1 to 100 letters"),
        ("[[route]]\nkeys = ['a']\nsource = 3", 3, "use 1 to 100 letters"),
        ("[[route]]\nkeys = ['a']\nformat = 'jsonl'", 3, "'format' is 'jsonl': choose auto or one of alb"),
        ("[[route]]\nkeys = ['a']\nformat = 7", 3, "'format' is 7"),
        ("[[route]]\nkeys = ['a']\nstart = '('", 3, "close the group"),
        ("[[route]]\nkeys = ['a']\nstart = ['x']", 3, "write one pattern"),
        ("[[route]]\nkeys = ['a']\nexpand = ''", 3, "write the name of a member"),
        ("[[route]]\nkeys = ['a']\nexpand = 'a..b'", 3, "'expand' has 'a..b'"),
        ("[[route]]\nkeys = ['a']\nexpand = ['a']", 3, "'expand' has ['a']"),
        ("[[route]]\nkeys = ['a']\nroot_fields = ['a']", 3, "stands without 'expand'"),
        ("[[route]]\nkeys = ['a']\nexpand = 'a'\nroot_fields = 'b'", 4, "no list of at most 10 members"),
        ("[[route]]\nkeys = ['a']\nexpand = 'a'\nroot_fields = [\n'b',\n'c.',\n]", 6, "'root_fields' has 'c.'"),
        ("[[route]]\nkeys = ['a']\nexpand = 'a'\nroot_fields = ['b', 'a.c']", 4, "which holds the records"),
        ("[[route]]\nkeys = ['a']\nsample = 1.5", 3, "from 0 to 1"),
        ("[[route]]\nkeys = ['a']\nsample = nan", 3, "from 0 to 1"),
        ("[[route]]\nkeys = ['a']\nsample = true", 3, "from 0 to 1"),
        ("[[route]]\nkeys = ['a']\ninclude = 'x'", 3, "'include' is no list"),
        ("[[route]]\nkeys = ['a']\ninclude = [3]", 3, "'include' holds 3"),
        ("[[route]]\nkeys = ['a']\ninclude = [\n  'x',\n  '(?=y)',\n]", 5, "no lookaround"),
        ('[[route]]\nkeys = ["a"]\ninclude = [\n  "x",\n  "(?=\\\\d)",\n]', 5, "no lookaround"),
        ("[[route]]\nkeys = ['a']\nexclude = ['x*']", 3, "matches empty text"),
        ("[[route]]\nkeys = ['a']\nexclude = [{equals = ['x']}]", 3, "names no field"),
        ("[[route]]\nkeys = ['a']\nexclude = [{field = 'x'}]", 3, "either 'equals' or 'matches'"),
        ("[[route]]\nkeys = ['a']\nexclude = [{field = 'x', equals = 'y'}]", 3, "list texts"),
        ("[[route]]\nkeys = ['a']\nexclude = [{field = 'x', matches = 3}]", 3, "write one pattern"),
        ("[[route]]\nkeys = ['a']\nexclude = [{field = 'x', is = 'y'}]", 3, "unknown key 'is' in exclude"),
        ("[[route]]\nkeys = ['a']\nstart = \"\\d\"", 3, "between single quotes"),
        ("[[route]]\r\nkeys = ['a']\r\nsource =\r\n", 3, "this is not TOML"),
        ("[[route]]\nkeys = ['a'", 2, "this is not TOML"),
        ("[[route]]\nkeys = ['a']\nkeys = ['b']", 3, "this is not TOML"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(text: str, line: int, sentence: str) -> None:
    """The sentence says what is wrong and what to write instead."""
    with pytest.raises(RouteError) as refused:
        routes.read(text)
    assert sentence in str(refused.value)
    assert refused.value.line == line
    assert "\n" not in str(refused.value)


@given(st.text(alphabet="[]route=#'\"\\\n keys,x{}.1*", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises anything but `RouteError`."""
    with suppress(RouteError):
        routes.read(text)


def test_hashes_need_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key a hashed value could be found by trying all; the sentence names the variable to set."""
    file = tmp_path / "routes.toml"
    file.write_text("[[route]]\nkeys = ['**']\nredact = [{name = 'ip', method = 'hash'}]")
    monkeypatch.setattr(routes, "FILE", file)
    assert routes.load("0123456789abcdef").has_hashes
    with pytest.raises(SettingsError, match="the key of the hashes has 3 characters"):
        routes.load("123")
    file.write_text("[[route]]\nkeys = 3")
    with pytest.raises(SettingsError, match=r"^routes\.toml:2: 'keys' is 3") as refused:
        routes.load("")
    assert type(refused.value) is SettingsError  # the handler raises a copy with the same message


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    """TOML is UTF-8; the sentence names the line of the first byte that is not."""
    file = tmp_path / "routes.toml"
    file.write_bytes("[[route]]\nkeys = ['s\u00fcd/**']".encode("latin-1"))
    with pytest.raises(RouteError, match=r"^routes\.toml:2: this is not UTF-8"):
        routes.load_file(file)


def test_a_route_may_be_for_some_buckets() -> None:
    """The same key in another bucket has another route; a local file, which lies in none, has the first."""
    payments = "[[route]]\nkeys = ['app/**']\nbuckets = ['acme-payments']\nsource = 'payments'\n"
    others = "[[route]]\nkeys = ['app/**']\nsource = 'others'\n"
    found = routes.read(payments + others)
    assert [found.find("app/a.log", bucket).source for bucket in ("acme-payments", "acme-web", None)] == [
        "payments",
        "others",
        "payments",
    ]
    with pytest.raises(RouteError, match="this route is never reached"):
        routes.read(others + payments)
    with pytest.raises(RouteError, match="this route is never reached"):
        routes.read(payments + payments)


def test_every_key_says_how_to_read_or_what_to_do_with_records() -> None:
    """The first hold for the whole of an object that was begun with them, the others as soon as they are deployed."""
    assert sorted([*READING_KEYS, *RECORD_KEYS, "keys", "buckets", "archive_copy", "storage"]) == sorted(KEYS)


def test_the_page_has_every_key_and_every_named_pattern() -> None:
    """`docs/routes.md` has a row for each, and its example is valid."""
    text = (Path(__file__).parents[4] / "docs" / "routes.md").read_text()
    tables = [table for table in text.split("\n\n") if table.startswith(("| key | value |", "| name | finds |"))]
    rows = [line.split("`")[1] for table in tables for line in table.splitlines() if line.startswith("| `")]
    assert rows == [*KEYS, *NAMED]
    assert routes.read(text.split("```toml")[1].split("```")[0]).has_hashes
