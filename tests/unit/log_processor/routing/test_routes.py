"""Routes are read as they are written, and refused with the line of what cannot be used."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.errors import SettingsError
from log_processor.formats.registry import BY_NAME
from log_processor.routing import routes
from log_processor.routing.config.tables import KEYS
from log_processor.routing.config.written import RouteError
from log_processor.routing.lib.route import DEFAULT
from log_processor.routing.lib.sensitive import NAMED

WHOLE = """
# the first route that takes a key is its route
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


def test_the_first_route_that_takes_a_key_is_its_route() -> None:
    """Order decides, not how much a pattern says."""
    found = routes.read(WHOLE)
    assert found.of("pay/x").source == "payments"
    assert found.of("pay/x").format is BY_NAME["json_lines"]
    assert found.of("web/x").format is None
    assert found.of("web/x").source_of("web/x") == "web"
    assert found.of("web/x").filters is not None
    assert found.of("other/x") is DEFAULT


def test_without_routes_an_object_is_read_as_ever() -> None:
    """Its source is the key's first segment, or `default`."""
    route = routes.read("").of("web/a.log")
    assert (route.format, route.start, route.filters) == (None, None, None)
    assert (route.source_of("web/a.log"), route.source_of("a.log")) == ("web", "default")


def test_the_shipped_file_can_be_read_and_changes_nothing() -> None:
    """Its examples are comments."""
    assert routes.load("").routes == ()


def test_the_shipped_examples_can_be_read() -> None:
    """Each commented line of a route is valid once the sign before it is taken away."""
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
def test_what_cannot_be_used_is_one_sentence_with_its_line(text: str, line: int, sentence: str) -> None:
    """It names what is wrong and what to write."""
    with pytest.raises(RouteError) as refused:
        routes.read(text)
    assert sentence in str(refused.value)
    assert refused.value.line == line
    assert "\n" not in str(refused.value)


@given(st.text(alphabet="[]route=#'\"\\\n keys,x{}.1*", max_size=60))
def test_any_text_is_routes_or_a_sentence(text: str) -> None:
    """Nothing else is ever raised."""
    with suppress(RouteError):
        routes.read(text)


def test_hashes_need_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash under no key could be found by trying; the sentence names the variable."""
    file = tmp_path / "routes.toml"
    file.write_text("[[route]]\nkeys = ['**']\nredact = [{name = 'ip', method = 'hash'}]")
    monkeypatch.setattr(routes, "FILE", file)
    assert routes.load("0123456789abcdef").hashes
    with pytest.raises(SettingsError, match="REDACTION_KEY has 3 characters"):
        routes.load("123")
    file.write_text("[[route]]\nkeys = 3")
    with pytest.raises(SettingsError, match=r"^routes\.toml:2: 'keys' is 3") as refused:
        routes.load("")
    assert type(refused.value) is SettingsError  # made again by the handler from its words alone


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    """TOML is UTF-8."""
    file = tmp_path / "routes.toml"
    file.write_bytes("[[route]]\nkeys = ['s\u00fcd/**']".encode("latin-1"))
    with pytest.raises(RouteError, match=r"^routes\.toml:2: this is not UTF-8"):
        routes.load_file(file)


def test_the_documentation_has_every_key_and_every_name() -> None:
    """A row each, and its example can be read."""
    text = (Path(__file__).parents[4] / "docs" / "routes.md").read_text()
    rows = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert rows == [*KEYS, *NAMED]
    assert routes.read(text.split("```toml")[1].split("```")[0]).hashes
