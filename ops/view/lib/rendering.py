"""Make the document of a page from its template, with or without a server."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment as Templates
from jinja2 import FileSystemLoader, StrictUndefined

from ops.frame.read_budget import format_size, price_read
from ops.frame.times import describe_span
from ops.pricing.bill import format_dollars
from ops.view.lib.larger_read import describe_read, write_limit
from ops.view.lib.page import Facts, Page, Visit
from ops.view.lib.texts import cut_text, format_count, make_link, show_text, write_json

FOLDER = Path(__file__).resolve().parents[1] / "templates"
OWN_LINK = re.compile(r' href="/[^"]*"')


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a visit: the facts, or the sentence that says why there are none, and what was noted meanwhile.

    `wanted_bytes` says how much may be read so that the page can be shown, if that alone was the reason.
    """

    facts: Facts | None
    error: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    wanted_bytes: int = 0


@cache
def load_templates() -> Templates:
    """Return the templates, which escape whatever is not markup of their own."""
    templates = Templates(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    templates.trim_blocks = templates.lstrip_blocks = True
    templates.filters |= {
        "shown": show_text,
        "cut": cut_text,
        "size": format_size,
        "span": describe_span,
        "count": format_count,
        "dollars": format_dollars,
        "json": write_json,
    }
    return templates


def render_page(page: Page, visit: Visit, outcome: Outcome, pages: Sequence[Page] = ()) -> str:
    """Return the document, or the part, of a page; `pages` are those of the menu."""
    return load_templates().get_template(page.template).render(_build_context(page, visit, outcome, pages))


def render_content(page: Page, visit: Visit, outcome: Outcome) -> str:
    """Return what a page shows below its heading, for a document that opens without the server.

    It has no forms, and what would ask the server is no link.
    """
    template = load_templates().get_template(page.template)
    context = template.new_context({**_build_context(page, visit, outcome, ()), "is_static": True})
    messages = load_templates().get_template("messages.html").render(context.parent)
    return OWN_LINK.sub("", messages + "".join(template.blocks["content"](context)))


def _build_context(page: Page, visit: Visit, outcome: Outcome, pages: Sequence[Page]) -> dict[str, object]:
    return {
        "page": page,
        "pages": [one for one in pages if one.in_menu],
        "visit": visit,
        "answer": outcome.facts,
        "error": outcome.error,
        "notes": outcome.notes,
        "more_link": _name_more(page, visit, outcome.wanted_bytes),
        "more_cost": describe_read(outcome.wanted_bytes),
        "command": shlex.join(("ops", *page.name_command(visit))),
        "spent": f"{format_size(visit.budget.spent_bytes)}, ${format_dollars(price_read(visit.budget.spent_bytes))}",
        "time": visit.clock.format,
        "link": partial(make_link, tz=visit.get("tz")),
        "zone": visit.zone,
        "is_static": False,
    }


def _name_more(page: Page, visit: Visit, wanted_bytes: int) -> str:
    """Return the same address with leave to read so much; empty if nothing more is wanted."""
    if not wanted_bytes:
        return ""
    return make_link(page.path, **{**visit.parameters, "max_read": write_limit(wanted_bytes)})
