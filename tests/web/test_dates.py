"""How pages say when something is: near dates with their time of day, all of them for machines too."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.web.pages import dates
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATE = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (LATE, "3 Mar 2026, 23:30 UTC"),
        (NOW + timedelta(days=2), "4 Mar 2026"),
        (NOW - timedelta(minutes=1), "2 Mar 2026"),
    ],
)
def test_a_day_has_its_hour_where_it_is_near_and_to_come(app: Flask, when: datetime, said: str) -> None:
    with app.test_request_context():
        shown = dates.day(when, NOW)
    assert shown == f'<time datetime="{when.isoformat(timespec="seconds")}" data-shows="day">{said}</time>'


def test_a_day_in_a_small_place_has_no_year_and_a_moment_always_has_its_hour(app: Flask) -> None:
    with app.test_request_context():
        assert ">3 Mar, 23:30 UTC<" in dates.short_day(LATE, NOW)
        assert ">3 Mar<" in dates.short_day(LATE, NOW - timedelta(days=9))
        assert ">3 Mar 2026, 23:30 UTC<" in dates.moment(LATE)


def test_a_loan_of_an_hour_shows_its_hour_to_owner_and_reader_and_names_stay_words(
    app: Flask, owner: FlaskClient, clock: HandClock
) -> None:
    copy_id = add(owner, books.epub("Tides"))
    offer: dict[str, object] = {"loan_seconds": 3600, "for_whom": "<b>Eva</b>"}
    token = lend(owner, copy_id, **offer)
    reader = Browser(app)
    reader.borrow(token)
    due = clock.now() + timedelta(hours=1)
    hour = f'<time datetime="{due.isoformat(timespec="seconds")}" data-shows="%s">'
    for page in ("/shelf", f"/books/{copy_id}"):
        told = owner.get(page).text
        assert f"Lent to &lt;b&gt;Eva&lt;/b&gt; until {hour % 'short'}" in told
        assert f"{due:%H:%M} UTC</time>" in told
    assert f"until {hour % 'day'}" in reader.client.get("/borrowed").text
