"""Every kind of news can be said, in every language."""

import pytest
from flask import Flask

from lending.circulation.events import Event, EventKind
from lending.circulation.news import NEWS
from lending.ports.records import EventLine
from lending.web.news_words import SENTENCES, news_words
from tests.services.fakes import NOON


def test_every_kind_of_news_has_its_sentence_and_no_other() -> None:
    assert set(SENTENCES) == NEWS


@pytest.mark.parametrize("kind", sorted(NEWS - {EventKind.LINK_EXPIRED}))
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_sentence_names_the_book_and_who_it_was_if_that_is_known(
    app: Flask, kind: EventKind, language: str
) -> None:
    event = Event(kind, NOON, "copy", 1)
    told = [EventLine(1, event, "100% wool", "Ana", name, by_name=name) for name in ("Ñusta", "")]
    with app.test_request_context(headers={"Accept-Language": language}):
        named, nameless = (news_words(line) for line in told)
    assert "100% wool" in named
    assert "100% wool" in nameless
    assert "Ñusta" in named
    assert named != nameless
