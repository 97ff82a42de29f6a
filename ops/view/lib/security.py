"""Let nobody in but the browser to which the address was given, and nothing out but to that browser.

Other sites, other users of the machine, and names that lead to loopback by a trick are kept out.
"""

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
OWN_SITES = ("none", "same-origin")
"""What a browser says of a request that was typed, or came from a page of ours."""
METHODS = ("GET", "HEAD")
STATIC = "/static/"
PARAMETER = "token"
LOCKED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>ops view</title>
<link rel="stylesheet" href="/static/style.css"><main><h1>This page is locked</h1>
<p>It opens by the address that <code>ops view</code> printed, once: open that,
or start <code>ops view</code> again.</p>
<p>If this browser has opened it before: <a href="{link}">go on</a>.</p></main></html>"""


class Guard:
    """Answers in place of the pages whatever may not reach them, and adds the headers of security to each answer.

    - The `Host` is one of this machine's loopback with the port, an `Origin` is the same, and the method changes
      nothing.
    - A request is of a page of ours, or was typed: no other site asks for anything.
    - The token is taken once, from the address, for a cookie; without that cookie there is the way in alone.
    """

    def __init__(self, app: ASGIApp, *, port: int, token: str) -> None:
        self._app = app
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._token = token
        self._cookie_name, self._cookie = f"ops_view_{port}", secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let the pages do it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        answer = self._refuse(scope) or self._let_in(scope)
        await (answer or self._app)(scope, receive, send_guarded)

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse(f"ask for one of {', '.join(self._hosts)}\n", 421)
        if scope["method"] not in METHODS:
            allowed = {"Allow": ", ".join(METHODS)}
            return PlainTextResponse("this page changes nothing: acts stay on the command line\n", 405, allowed)
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            return PlainTextResponse("another site may not ask for this page\n", 403)
        return None

    def _let_in(self, scope: Scope) -> Response | None:
        """Return the answer to who has no cookie, or has the token; None if the page may be seen."""
        headers, path = Headers(scope=scope), scope["path"]
        parameters = parse_qsl(scope["query_string"].decode("latin-1"))
        given = dict(parameters).get(PARAMETER)
        target = _join_address(path, [pair for pair in parameters if pair[0] != PARAMETER])
        if path.startswith(STATIC):
            return None
        if given is not None and self._take_token(given):
            answer = RedirectResponse(target, 303)
            answer.set_cookie(self._cookie_name, self._cookie, httponly=True, samesite="strict")
            return answer
        is_own = headers.get("sec-fetch-site", "none") in OWN_SITES
        if not (is_own and _is_equal(_read_cookies(headers).get(self._cookie_name, ""), self._cookie)):
            return HTMLResponse(LOCKED.format(link=_escape_attribute(target)), 403)
        return RedirectResponse(target, 303) if given is not None else None

    def _take_token(self, given: str) -> bool:
        """Tell whether the token is right; it is not a second time."""
        if not self._token or not _is_equal(given, self._token):
            return False
        self._token = ""
        return True


def _is_equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _read_cookies(headers: Headers) -> Mapping[str, str]:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in cookies.items()}


def _join_address(path: str, parameters: list[tuple[str, str]]) -> str:
    """Return an address of this server, whatever the path is: `//elsewhere` would be another one."""
    own = "/" + path.lstrip("/\\")
    return own + (f"?{urlencode(parameters)}" if parameters else "")


def _escape_attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
