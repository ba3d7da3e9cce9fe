"""Where a reader is and what they chose, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from tests.web.browsers import Browser
from tests.web.conftest import HandClock

PLACE = {"locator": {"cfi": "epubcfi(/6/2!/4)", "page": None}, "fraction": 0.25}


def test_the_place_is_kept_for_a_program_that_knows_of_no_devices(browser: Browser, loan: str) -> None:
    before = browser.client.get(f"{loan}/position").json
    kept = browser.client.put(f"{loan}/position", json=PLACE)
    assert (before, kept.status_code) == ({}, 204)
    assert browser.client.get(f"{loan}/position").json == PLACE | {"elsewhere": None}


def test_a_device_is_told_the_latest_place_and_its_own(browser: Browser, loan: str, clock: HandClock) -> None:
    browser.client.put(f"{loan}/position", json=PLACE | {"device": "phone"})
    clock.forward(timedelta(minutes=2))
    further = {"locator": {"cfi": "epubcfi(/6/4!/8)"}, "fraction": 0.5}
    browser.client.put(f"{loan}/position", json=further | {"device": "desk-top_1"})
    place = browser.client.get(f"{loan}/position?device=phone").json
    assert place == further | {"elsewhere": PLACE | {"read_at": "2026-03-01T12:00:00Z"}}
    assert browser.client.get(f"{loan}/position?device=desk-top_1").json["elsewhere"] is None


def test_a_place_read_long_ago_turns_nobody_back(browser: Browser, loan: str) -> None:
    browser.client.put(f"{loan}/position", json=PLACE)
    old = {"locator": {}, "fraction": 0, "device": "phone", "seconds_ago": 86_400.5}
    assert browser.client.put(f"{loan}/position", json=old).status_code == 204
    place = browser.client.get(f"{loan}/position?device=phone").json
    assert place["locator"] == PLACE["locator"]
    assert place["elsewhere"]["read_at"] == "2026-02-28T11:59:59.500000Z"


@pytest.mark.parametrize(
    "place",
    [
        '{"locator": {}, "fraction": 1.5}',
        '{"locator": {}, "fraction": NaN}',
        '{"locator": {"x": Infinity}, "fraction": 0}',
        '{"locator": {"x": 1e999}, "fraction": 0}',
        '{"locator": "here", "fraction": 0}',
        '{"locator": {"x": "' + "y" * 5000 + '"}, "fraction": 0}',
        '{"locator": {}, "fraction": 0, "seconds_ago": -1}',
        '{"locator": {}, "fraction": 0, "seconds_ago": 1e999}',
        '{"locator": {}, "fraction": 0, "device": "a b"}',
        "{}",
    ],
)
def test_a_place_that_is_none_is_refused(browser: Browser, loan: str, place: str) -> None:
    answer = browser.client.put(f"{loan}/position", data=place, content_type="application/json")
    assert answer.status_code == 422
    assert browser.client.get(f"{loan}/position").json == {}


def test_settings_are_kept_and_the_later_choice_stands(browser: Browser, loan: str) -> None:
    assert browser.client.get(f"{loan}/settings").json == {"settings": {}}
    chosen: dict[str, Any] = {
        "theme": {"value": "night"},
        "size": {"value": 1.5, "seconds_ago": 90},
        "columns": {"value": 2},
        "ruler": {"value": True},
    }
    kept = browser.client.put(f"{loan}/settings", json={"settings": chosen}).json
    late = {"theme": {"value": "paper", "seconds_ago": 60}, "size": {"value": 2, "seconds_ago": 60}}
    merged = browser.client.put(f"{loan}/settings", json={"settings": late}).json
    assert kept["settings"]["size"] == {"value": 1.5, "changed_at": "2026-03-01T11:58:30Z"}
    assert merged["settings"]["size"] == {"value": 2, "changed_at": "2026-03-01T11:59:00Z"}
    values = {name: one["value"] for name, one in merged["settings"].items()}
    assert values == {"theme": "night", "size": 2, "columns": 2, "ruler": True}
    assert values["ruler"] is True
    assert browser.client.get(f"{loan}/settings").json == merged


@pytest.mark.parametrize(
    "chosen",
    [
        '{"Theme": {"value": 1}}',
        '{"a-b": {"value": 1}}',
        '{"theme": {"value": null}}',
        '{"theme": {"value": []}}',
        '{"theme": {"value": 1e999}}',
        '{"theme": {"value": "' + "x" * 101 + '"}}',
        '{"theme": {"value": 1, "seconds_ago": -1}}',
        "{" + ",".join(f'"a{"b" * n}": {{"value": 1}}' for n in range(33)) + "}",
        "{" + ",".join(f'"{chr(97 + n // 26)}{chr(97 + n % 26)}": {{"value": 1}}' for n in range(65)) + "}",
    ],
)
def test_settings_that_are_none_are_refused(browser: Browser, loan: str, chosen: str) -> None:
    body = f'{{"settings": {chosen}}}'
    answer = browser.client.put(f"{loan}/settings", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (422, "unacceptable-input")
    assert browser.client.get(f"{loan}/settings").json == {"settings": {}}
