"""The door of the staff's side: one token, five tries, eight hours, and nothing that tells it to anyone."""

from __future__ import annotations

import logging
from typing import NamedTuple
from urllib.parse import quote_plus

import pytest
from asgi import http_scope
from pydantic import SecretStr
from starlette.responses import Response

from assistant.staff.login import COOKIE, LOCKED_SECONDS, LOGIN, SESSION_SECONDS, TRIES, Door, leaving

TOKEN = "a token & more + than=16%"  # noqa: S105 - of a test
CLIENT = "203.0.113.5"


class Clock:
    """A clock that a test moves on."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Cookie(NamedTuple):
    """The one cookie of an answer: its value and its attributes in lower case."""

    value: str
    attributes: frozenset[str]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Door:
    return Door(SecretStr(TOKEN), secure=False, now=clock)


def form(token: str) -> bytes:
    return f"token={quote_plus(token)}".encode()


def cookie_of(answer: Response) -> Cookie:
    (header,) = (v.decode() for k, v in answer.raw_headers if k == b"set-cookie")
    first, *attributes = header.split("; ")
    name, _, value = first.partition("=")
    assert name == COOKIE
    return Cookie(value.strip('"'), frozenset(attribute.lower() for attribute in attributes))


def lets_in(door: Door, client: str = CLIENT, **headers: str) -> bool:
    return door.lets_in(http_scope("GET", "/staff/", client, headers), client)


def session(door: Door) -> str:
    answer = door.log_in(form(TOKEN), CLIENT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return cookie_of(answer).value


def test_the_token_opens_a_session_and_nothing_else_does(door: Door) -> None:
    value = session(door)

    assert lets_in(door, cookie=f"other=1; {COOKIE}={value}")
    for other in ("", value[:-1], value + "x", TOKEN):
        assert not lets_in(door, cookie=f"{COOKIE}={other}")
    assert not lets_in(door)
    assert session(door) != value, "each log-in has a session of its own"


@pytest.mark.parametrize("given", ["", "x", TOKEN[:-1], TOKEN + " ", TOKEN.upper(), "\ud800", "ü" * 20])
def test_no_other_token_does(given: str, door: Door) -> None:
    body = b"token=" + quote_plus(given, errors="surrogatepass").encode()
    answer = door.log_in(body, CLIENT)

    assert answer.status_code == 401
    assert b"set-cookie" not in dict(answer.raw_headers)
    assert b'role="alert"' in answer.body


@pytest.mark.parametrize(
    "body", [b"", b"token", b"\xff\xfe", b"Token=" + TOKEN.encode(), b"&".join([b"a=1"] * 4)]
)
def test_a_body_that_is_no_form_of_ours_is_a_wrong_token(body: bytes, door: Door) -> None:
    assert door.log_in(body, CLIENT).status_code == 401


def test_the_cookie_goes_to_this_server_alone_and_no_script_reads_it(door: Door, clock: Clock) -> None:
    plain = cookie_of(door.log_in(form(TOKEN), CLIENT))
    secure = cookie_of(Door(SecretStr(TOKEN), secure=True, now=clock).log_in(form(TOKEN), CLIENT))

    wanted = {"httponly", "samesite=strict", "path=/", f"max-age={SESSION_SECONDS}"}
    assert plain.attributes == wanted
    assert secure.attributes == wanted | {"secure"}


def test_a_session_ends_after_eight_hours_and_at_logging_out(door: Door, clock: Clock) -> None:
    first, second = session(door), session(door)

    clock.seconds += SESSION_SECONDS - 1
    assert lets_in(door, cookie=f"{COOKIE}={first}")
    gone = door.log_out(http_scope("POST", "/logout", CLIENT, {"cookie": f"{COOKIE}={first}"}))
    assert (gone.status_code, gone.headers["location"]) == (303, LOGIN)
    assert "max-age=0" in cookie_of(gone).attributes
    assert not lets_in(door, cookie=f"{COOKIE}={first}")
    assert lets_in(door, cookie=f"{COOKIE}={second}")
    clock.seconds += 1
    assert not lets_in(door, cookie=f"{COOKIE}={second}")


def test_five_wrong_tries_lock_for_fifteen_minutes_even_the_right_token(door: Door, clock: Clock) -> None:
    statuses = [door.log_in(form(f"wrong {n}"), CLIENT).status_code for n in range(TRIES + 1)]
    assert statuses == [401] * TRIES + [429]

    locked = door.log_in(form(TOKEN), CLIENT)
    assert (locked.status_code, locked.headers["retry-after"]) == (429, str(LOCKED_SECONDS))
    assert b"15 minutes" in locked.body
    assert not lets_in(door, authorization=f"Bearer {TOKEN}")
    assert door.log_in(form(TOKEN), "203.0.113.6").status_code == 303, "somebody else is not locked out"

    clock.seconds += LOCKED_SECONDS - 1
    assert door.log_in(form(TOKEN), CLIENT).status_code == 429
    clock.seconds += 1
    assert door.log_in(form(TOKEN), CLIENT).status_code == 303


def test_the_right_token_forgets_earlier_tries(door: Door) -> None:
    for _ in range(3):
        for n in range(TRIES - 1):
            assert door.log_in(form(f"wrong {n}"), CLIENT).status_code == 401
        assert door.log_in(form(TOKEN), CLIENT).status_code == 303


def test_a_program_sends_the_token_itself_and_is_locked_out_as_well(door: Door) -> None:
    assert lets_in(door, authorization=f"Bearer {TOKEN}")
    assert lets_in(door, authorization=f"bearer  {TOKEN}")
    assert not lets_in(door, authorization=f"Basic {TOKEN}")
    for n in range(TRIES):
        assert not lets_in(door, authorization=f"Bearer wrong {n}")
    assert not lets_in(door, authorization=f"Bearer {TOKEN}")


def test_who_has_many_addresses_fills_no_memory(door: Door) -> None:
    for n in range(1100):
        door.log_in(form("wrong"), f"client {n}")
    for _ in range(110):
        session(door)

    assert len(door._failed) == 1000
    assert len(door._sessions) == 100


def test_the_token_is_in_no_page_and_no_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = [door.form(), leaving(), *(door.log_in(form(t), CLIENT) for t in (TOKEN, "wrong " + TOKEN))]

    for answer in told:
        everything = bytes(answer.body) + b"".join(v for _, v in answer.raw_headers)
        assert TOKEN.encode() not in everything
        assert quote_plus(TOKEN).encode() not in everything
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(vars(door))


def test_the_form_is_sent_as_a_body_never_in_an_address(door: Door) -> None:
    page = bytes(door.form().body).decode()

    assert '<form method="post" action="/login">' in page
    assert 'type="password"' in page
    assert '<label for="token">' in page
