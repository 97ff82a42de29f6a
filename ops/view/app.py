"""Put the pages together: which there are, and how a request becomes a visit of one."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from anyio.to_thread import run_sync
from log_processor.errors import PipelineError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ops.errors import CommandError, TooMuchError
from ops.exit_codes import ExitCode
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import open_clock
from ops.notes import collect_notes
from ops.view.lib.held_environment import HeldEnvironment
from ops.view.lib.page import Page, Parameters, Visit
from ops.view.lib.rendering import Outcome, render_page
from ops.view.lib.security import Guard
from stacks.config.rules import ConfigError

MODULES = "ops.view.pages"
FIRST = Page(path="/", title="Now", template="first.html", module=f"{MODULES}.first", asks=False)
NOW = Page(path="/now", title="Now", template="now.html", module=f"{MODULES}.now", in_menu=False)
COST = Page(
    path="/now/cost", title="Cost", template="now_cost.html", module=f"{MODULES}.cost", in_menu=False, is_part=True
)
SEARCH = Page(path="/search", title="Search", template="search.html", module=f"{MODULES}.search")
RESULT = replace(SEARCH, path="/search/result", template="search_result.html", in_menu=False, is_part=True)
RECORD = Page(path="/record", title="Record", template="record.html", module=f"{MODULES}.record")
OBJECT = Page(path="/object", title="Object", template="object.html", module=f"{MODULES}.objects")
FORMATS = Page(path="/formats", title="Formats and patterns", template="formats.html", module=f"{MODULES}.formats")
PAGES = (FIRST, NOW, COST, SEARCH, RESULT, RECORD, OBJECT, FORMATS)
"""All pages and their parts, in the order of the menu."""
STATIC = Path(__file__).parent / "static"
MAX_READ = "200MB"
"""How much a page reads without being told."""
STATUS = {ExitCode.REFUSED: 502, ExitCode.TRY_AGAIN: 503}
"""How HTTP calls the reasons that are not in the request."""


def make_app(held: HeldEnvironment, *, port: int, token: str) -> Starlette:
    """Return the application that serves all pages to whom has the token."""
    routes = [Route(page.path, _make_endpoint(page, held), methods=["GET"]) for page in PAGES]
    return Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC))],
        middleware=[Middleware(Guard, port=port, token=token)],
        exception_handlers={404: _answer_missing},
    )


def _make_endpoint(page: Page, held: HeldEnvironment) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        parameters = {name: request.query_params.getlist(name) for name in request.query_params}
        return await run_sync(_answer, page, parameters, held, abandon_on_cancel=True)

    return answer


def _answer(page: Page, parameters: Parameters, held: HeldEnvironment) -> Response:
    visit, outcome, status = visit_page(page, parameters, held)
    if outcome.facts and outcome.facts.get("unchanged"):
        return Response(status_code=204)
    return HTMLResponse(render_page(page, visit, outcome, PAGES), status)


def visit_page(page: Page, parameters: Parameters, held: HeldEnvironment) -> tuple[Visit, Outcome, int]:
    """Return the visit of a page, what became of it, and the status of HTTP for that."""
    visit = Visit(parameters, open_clock("UTC"), ReadBudget(parse_size("max_read", MAX_READ)), held)
    with collect_notes() as notes:
        try:
            visit = _read_parameters(visit)
            with held.translate_errors(f"the page {page.title}") if page.asks else nullcontext():
                return visit, Outcome(page.load(visit), notes=notes), 200
        except TooMuchError as error:
            return visit, Outcome(None, str(error), notes, error.wanted_bytes), 400
        except CommandError as error:
            if error.exit_code is ExitCode.REFUSED:
                held.forget()
            return visit, Outcome(None, str(error), notes), STATUS.get(error.exit_code, 400)
        except (ConfigError, PipelineError) as error:
            return visit, Outcome(None, str(error), notes), 400


def _read_parameters(visit: Visit) -> Visit:
    """Return the visit with its own zone and limit; raises `CommandError` if they cannot be understood."""
    budget = ReadBudget(parse_size("max_read", visit.get("max_read", MAX_READ)))
    return Visit(visit.parameters, open_clock(visit.get("tz", "UTC")), budget, visit.held)


async def _answer_missing(_: Request, __: Exception) -> Response:
    known: Mapping[str, str] = {page.path: page.title for page in PAGES if page.in_menu}
    links = ", ".join(f'<a href="{path}">{title}</a>' for path, title in known.items())
    return HTMLResponse(f"<!doctype html><html lang=en><title>ops view</title><p>There is no such page: {links}", 404)
