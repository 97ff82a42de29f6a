"""A form that is filled in says the same of a text as cutting it: its words stand there, or it is another text."""

from collections.abc import Sequence
from itertools import repeat

from hypothesis import given
from hypothesis import strategies as st
from log_processor.packs.learning import learn_shape
from log_processor.packs.templates import make_template

WORDS = st.text(alphabet="ab%s1 \n", min_size=1, max_size=4)
FORMS = ["{0} {1}", "{0}%{1}", "[{2}] {0} - {1}", "{0}={1} {0}", "{2}{0}{2}{1}{2}", "{0} {1}/{2}"]


def write(form: str, words: Sequence[str], gap: str) -> tuple[str, list[str]]:
    """Return a text, and the words of its leaves: two that are written, one of both, and a copy."""
    text = form.format(*words, gap)
    return text, [*words, " ".join(words), words[0]]


@given(
    form=st.sampled_from(FORMS),
    rows=st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["x", "yy", "%d"])), min_size=1, max_size=8),
    other=st.tuples(WORDS, WORDS, WORDS),
)
def test_what_is_filled_in_is_the_text(
    form: str, rows: list[tuple[str, str, str]], other: tuple[str, str, str]
) -> None:
    """Put together, the segments of a text that has the form are the text, and those of a leaf are its word."""
    samples = [write(form, (one, two), gap) for one, two, gap in rows]
    shape = learn_shape(samples[:6])
    template = make_template(shape, samples[:6])
    if template is None:
        return
    several = [*samples, write(form, other[:2], other[2]), write("{1} {0}", other[:2], "")]
    texts, columns = [text for text, _ in several], list(zip(*(words for _, words in several), strict=True))
    segments, signs = template.fill(texts, columns)
    cut = zip(*segments, strict=True)
    for (text, words), own, is_filled in zip(several, cut, repeat(True) if signs is None else signs, strict=False):
        if is_filled:
            assert "".join(own) == text
            for leaf, (start, stop) in shape.list_spans().items():
                assert "".join(own[start:stop]) == words[leaf]


def test_most_texts_of_a_format_are_filled_in() -> None:
    """Two leaves that say the same, one that has others in it, and a time that no field has are no hindrance."""
    samples = []
    for number in range(6):
        words = [f"10.0.0.{number}", f"https://shop/{number}?q=100%", "shop", f"{number}?q=100%", "GET", "GET"]
        samples.append((f'{words[0]} [0{number}:1{number}] "{words[4]} {words[1]}"', words))
    template = make_template(learn_shape(samples), samples)
    assert template is not None
    columns = list(zip(*(words for _, words in samples), strict=True))
    assert template.fill([text for text, _ in samples], columns)[1] is None
