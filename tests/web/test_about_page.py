"""What the library says of what it keeps of its readers is what it keeps."""

from datetime import timedelta

from flask.testing import FlaskClient

from lending.config import Settings
from lending.services import correspondence, taking_home


def test_a_stranger_is_told_what_is_kept_of_readers_and_of_those_who_wait_and_who_can_erase_it(
    stranger: FlaskClient, settings: Settings
) -> None:
    told = stranger.get("/about").text
    days = settings.names_kept_days
    assert f"kept for {days} days after the book is back or you have left the line" in told
    assert "Whoever runs the server can do that" in told
    assert "Backups of the library have it for as long as they are kept." in told
    assert "faster than anybody reads" in told
    assert "a link was opened once more" in told
    assert "by title and month" in told


def test_the_month_that_it_names_is_the_one_after_which_addresses_and_marks_are_forgotten(
    stranger: FlaskClient,
) -> None:
    assert stranger.get("/about").text.count("30 days after") == 2
    assert correspondence.FORGOTTEN_AFTER == taking_home.KEPT == timedelta(days=30)
