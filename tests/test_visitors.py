"""Whose question it is: a forwarded address counts when a trusted proxy says it, and never otherwise."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.headers import Scope
from assistant.visitors import OVER_LIMIT, VISITOR, Visitor, pseudonym, visitor_of, without_claims

PROXY, SECOND, STRANGER = "127.0.0.1", "10.0.0.2", "198.51.100.9"
PROXIES: frozenset[IPv4Address | IPv6Address] = frozenset({ip_address(PROXY), ip_address(SECOND)})
PERSON = "203.0.113.5"


def asked(peer: str | None, *forwarded: str, **others: str) -> Scope:
    headers = [(b"X-Forwarded-For", line.encode("latin-1")) for line in forwarded]
    headers += [(k.replace("_", "-").encode(), v.encode()) for k, v in others.items()]
    return {"client": (peer, 5000) if peer else None, "headers": headers, "scheme": "http"}


def name(peer: str | None, *forwarded: str) -> str:
    return visitor_of(asked(peer, *forwarded), PROXIES).name


@pytest.mark.parametrize(
    ("forwarded", "counted"),
    [
        ((PERSON,), PERSON),
        ((f"1.2.3.4, {PERSON}",), PERSON),  # what a client claims stands to the left
        ((f"1.2.3.4,{PERSON} , {SECOND}",), PERSON),  # through two proxies of ours
        (("1.2.3.4", PERSON), PERSON),  # two header lines are one list
        ((f"{PERSON}, {PROXY}", SECOND), PERSON),
        ((f"{PROXY}, {SECOND}",), PROXY),  # nothing but proxies: the farthest
        ((f"{PERSON}, rubbish",), PROXY),  # the proxy that passed on rubbish
        ((f"{PERSON}, rubbish, {SECOND}",), SECOND),
        (("unknown",), PROXY),
        ((f"{PERSON}:4711",), PERSON),
        (("2001:db8::7",), "2001:db8::/64"),
        (("[2001:db8::7]:4711",), "2001:db8::/64"),
        ((f"::ffff:{PERSON}",), PERSON),
        (("",), PROXY),
        ((" , ,",), PROXY),
        (("203.0.113.5.6",), PROXY),
        (("203.0.113.005",), PROXY),
    ],
)
def test_the_rightmost_address_that_is_no_proxy_counts(forwarded: tuple[str, ...], counted: str) -> None:
    assert name(PROXY, *forwarded) == counted


@pytest.mark.parametrize("peer", [STRANGER, "10.0.0.3", "::2", "testclient", None])
def test_from_anybody_else_the_header_is_nothing(peer: str | None) -> None:
    assert name(peer, PERSON) == name(peer) != PERSON
    assert not visitor_of(asked(peer, PERSON, x_forwarded_proto="https"), PROXIES).secure


def test_this_machine_is_not_counted_unless_a_proxy_speaks_for_somebody() -> None:
    for peer in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"):
        assert not visitor_of(asked(peer), ()).counted
        assert not visitor_of(asked(peer, ""), ()).counted
    assert not visitor_of(asked(PROXY), PROXIES).counted
    for forwarded in (PERSON, "127.0.0.1", "::1", "rubbish"):
        assert visitor_of(asked(PROXY, forwarded), PROXIES).counted
    for stranger in (STRANGER, SECOND, "testclient", None):
        assert visitor_of(asked(stranger), PROXIES).counted


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1"])
def test_behind_a_proxy_here_that_nobody_trusts_all_are_one_visitor(peer: str) -> None:
    for scope, public in ((asked(peer, PERSON), False), (asked(peer), True), (asked(peer, PERSON), True)):
        found = visitor_of(scope, (), public=public)
        assert found.counted
        assert found.name == visitor_of(asked(peer), ()).name != PERSON
    # A proxy that is trusted says whom it speaks for; without a word it is the machine itself.
    assert not visitor_of(asked(PROXY), PROXIES, public=True).counted
    assert visitor_of(asked(PROXY, PERSON), PROXIES, public=True).name == PERSON


def test_one_home_has_one_name_however_many_addresses_it_uses() -> None:
    first, second, elsewhere = "2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:2::1"

    assert name(first) == name(second) == "2001:db8:0:1::/64"
    assert name(elsewhere) != name(first)


addresses = st.ip_addresses().map(str)
hops = st.one_of(
    addresses, st.sampled_from([PROXY, SECOND]), st.text(alphabet="0123456789.:[]abf x", max_size=20)
)


@given(st.lists(hops, max_size=5), addresses.filter(lambda text: ip_address(text) not in PROXIES))
def test_what_stands_left_of_the_proxies_word_changes_nothing(claimed: list[str], real: str) -> None:
    assert name(PROXY, ", ".join([*claimed, real])) == name(PROXY, real)


@given(st.lists(hops, max_size=5))
def test_no_header_makes_a_stranger_somebody_else(claimed: list[str]) -> None:
    assert name(STRANGER, ", ".join(claimed)) == STRANGER


def test_behind_the_guard_no_claim_of_a_client_is_left() -> None:
    claims = {
        "x_faq_over_limit": "1",
        "x_faq_visitor": "me",
        "x_forwarded_host": "evil.example",
        "forwarded": "for=1",
    }
    scope = asked(STRANGER, PERSON, **claims, x_own="kept")
    for claim in (b"X-FAQ-Over-Limit", b"x_faq_over_limit", b"X-FAQ_Visitor", b"X-Forwarded-Proto"):
        scope["headers"].append((claim, b"https"))

    kept = without_claims(scope, visitor_of(scope, PROXIES))

    own = [(b"x-own", b"kept"), (VISITOR.encode(), pseudonym(STRANGER, date.today()).encode())]
    assert (kept["headers"], kept["scheme"]) == (own, "http")
    told = without_claims(scope, Visitor(name=STRANGER, counted=True, secure=True), over_limit=True)
    assert (told["headers"], told["scheme"]) == ([*own, (OVER_LIMIT.encode(), b"1")], "https")


def test_a_pseudonym_lasts_a_day_and_holds_no_address() -> None:
    today, tomorrow = date(2026, 11, 27), date(2026, 11, 28)
    first = pseudonym(PERSON, today)

    assert pseudonym(PERSON, today) == first != pseudonym(STRANGER, today)
    assert PERSON not in first and len(first) == 32
    assert pseudonym(PERSON, tomorrow) != first
    assert pseudonym(PERSON, today) != first, "the secret of a day that is over is gone"


def test_only_the_nearest_proxy_says_that_the_visitor_came_by_https() -> None:
    assert visitor_of(asked(PROXY, PERSON, x_forwarded_proto="https"), PROXIES).secure
    assert visitor_of(asked(PROXY, x_forwarded_proto="http, https"), PROXIES).secure
    assert not visitor_of(asked(PROXY, PERSON, x_forwarded_proto="https, http"), PROXIES).secure
    assert not visitor_of(asked(PROXY, PERSON), PROXIES).secure
