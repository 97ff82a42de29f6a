"""Whether a template meets a key of its route is told exactly, but for what own patterns match."""

from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from log_processor.routing.config.key_overlap import have_common_key
from log_processor.routing.lib.key_template import compile_template
from log_processor.routing.lib.patterns import compile_glob

PARTS = st.sampled_from(["a", "b", "/", "?", "*", "**", "/**/", "[ab]", "[!a]", "/"])
GLOBS = st.lists(PARTS, min_size=1, max_size=4).map("".join).filter(lambda glob: "***" not in glob)
KEYS = [("".join(key)) for size in range(6) for key in product("ab/c", repeat=size)]


@pytest.mark.parametrize(
    ("glob", "template", "expected"),
    [
        ("apps/**", "apps/{app}/", True),
        ("apps/*.log", "apps/{app}/", False),
        ("apps/**/*.log.gz", "apps/{app}/{date}/*.log", False),
        ("apps/**/*.log", "apps/{app:[a-z]+}-{n}/**.log", True),
        ("apps/[!ac]x", "apps/[a-c]{x}", True),
        ("apps/[!a-c]x", "apps/[a-c]{x}", False),
        ("a{b}/**", "a[{]b[}]/{x}/", True),
        ("**/x/*", "x/{y}", True),
        ("web/**", "{app}/", True),
        ("web", "{app}/", False),
    ],
)
def test_patterns_of_usual_keys(glob: str, template: str, expected: bool) -> None:
    assert have_common_key(glob, template) is expected


@example(glob="**/", other="a")
@given(glob=GLOBS, other=GLOBS)
def test_it_is_as_if_all_keys_were_tried(glob: str, other: str) -> None:
    """Where it says no, no short key matches both; where a short key matches both, it says yes."""
    template = other + "{name}"
    first, second = compile_glob(glob), compile_template(template)
    matches = [key for key in KEYS if first.fullmatch(key.encode()) and second.read(key) is not None]
    assert have_common_key(glob, template) or not matches
    if len(glob) + len(other) <= 4:
        assert have_common_key(glob, template) is bool(matches)
