"""Nobody sees the page but the browser that opened the printed address, and no other site asks for anything."""

import pytest
from starlette.testclient import TestClient

from tests.unit.ops.view.conftest import PORT, TOKEN

PAGE = "/nowhere"
"""What needs no environment: it is missing, but to who may know that alone."""


def test_the_token_is_taken_once_for_a_cookie(stranger: TestClient) -> None:
    """It leaves the address at once; who has it afterwards, as from the history, does not get in."""
    answer = stranger.get(PAGE, params={"token": TOKEN, "q": "level=error"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?q=level%3Derror")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert stranger.get(PAGE).status_code == 404
    stranger.cookies.clear()
    assert stranger.get(PAGE, params={"token": TOKEN}).status_code == 403


@pytest.mark.parametrize("address", ["/", PAGE, f"{PAGE}?token=wrong", "/?token=", f"{PAGE}?token=%ff"])
def test_without_the_cookie_there_is_the_way_in_alone(stranger: TestClient, address: str) -> None:
    """The sentence says what opens the page."""
    answer = stranger.get(address)
    assert (answer.status_code, "start <code>ops view</code> again" in answer.text) == (403, True)


def test_a_wrong_token_leaves_the_right_one(stranger: TestClient) -> None:
    """Else anybody on the machine could lock the page."""
    assert stranger.get(PAGE, params={"token": "wrong"}).status_code == 403
    assert stranger.get(PAGE, params={"token": TOKEN}).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", ""])
def test_another_host_is_refused(visitor: TestClient, host: str) -> None:
    """A name that somebody else lets lead to loopback does not reach the page, cookie or not."""
    assert visitor.get(PAGE, headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:8000"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ],
)
def test_another_site_is_refused(visitor: TestClient, name: str, value: str) -> None:
    """Neither its scripts nor its links read anything, also if it is on another port of this machine."""
    assert visitor.get(PAGE, headers={name: value}).status_code == 403


@pytest.mark.parametrize("name", ["origin", "sec-fetch-site"])
def test_the_page_itself_may_ask(visitor: TestClient, name: str) -> None:
    """So may what is typed into the address line."""
    value = {"origin": f"http://127.0.0.1:{PORT}", "sec-fetch-site": "same-origin"}[name]
    assert visitor.get(PAGE, headers={name: value}).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_get_is_offered(visitor: TestClient, method: str) -> None:
    """Acts stay on the command line."""
    answer = visitor.request(method, PAGE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("address", [PAGE, "/static/style.css", "/?token=wrong"])
def test_every_answer_has_the_headers_of_security(visitor: TestClient, address: str) -> None:
    """Refusals and files too: nothing is loaded from elsewhere, framed, kept or guessed."""
    headers = visitor.get(address).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["x-content-type-options"] == "nosniff"


def test_the_way_in_leads_to_no_other_host(stranger: TestClient) -> None:
    """A path that begins with two slashes would be the address of another host."""
    answer = stranger.get(f"http://127.0.0.1:{PORT}//evil.example/x", params={"token": TOKEN})
    assert answer.headers["location"] == "/evil.example/x"


def test_the_way_in_escapes_the_address(stranger: TestClient) -> None:
    """What is asked for stands in a link of it."""
    answer = stranger.get("/%22%3E%3Cscript%3E", params={"q": '"><script>'})
    assert "<script" not in answer.text
