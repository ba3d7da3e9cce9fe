"""News for owners: pages that are open ask every second or two, and are answered at once."""

from datetime import datetime
from typing import Self

from flask import Blueprint, url_for
from pydantic import Field

from lending import refusals
from lending.circulation.events import EventKind
from lending.services.actors import Actor
from lending.services.news import CURSOR, Piece
from lending.web.api.contract import Answer, Contract, Query, Told
from lending.web.desk import desk
from lending.web.news_words import news_words, who

bp = Blueprint("news", __name__)


class NewsWanted(Query):
    """From where on."""

    after: str = Field(
        "",
        pattern=f"^({CURSOR})?$",
        max_length=1000,
        description="The `after` of the answer before; without it, there is nothing new yet.",
    )


class NewsItem(Told):
    """Something that somebody else did with what is the account's, or that time did."""

    number: int
    kind: EventKind
    at: datetime
    copy_id: str | None = Field(description="The copy, or one of the title's; null if it is theirs no more.")
    title: str
    who: str = Field(description="Who did it, or for whom it is, if they said their name.")
    words: str = Field(description="One sentence, in the language of the request.")
    url: str | None = Field(description="The copy's page.")

    @classmethod
    def of(cls, piece: Piece) -> Self:
        """From the record's entry."""
        line, copy_id = piece.line, piece.copy_id
        return cls(
            number=line.number,
            kind=line.event.kind,
            at=line.event.at,
            copy_id=copy_id,
            title=line.title,
            who=who(line),
            words=news_words(line),
            url=None if copy_id is None else url_for("owner.book", copy_id=copy_id),
        )


class NewsTold(Told):
    """What is new, the newest last: twenty at most."""

    news: list[NewsItem]
    changed: bool = Field(description="Something happened to the account's copies, whoever did it.")
    after: str = Field(description="From where to go on.")


@bp.get("/news")
@Contract(
    answers={200: Answer("What is new.", NewsTold)},
    query=NewsWanted,
    refuses=(refusals.UnacceptableInput,),
)
def list_news(actor: Actor, query: NewsWanted) -> NewsTold:
    """What others did with the account's copies. Ask without `after` once, then with that of each answer."""
    heard = desk().news.since(actor, query.after)
    return NewsTold(
        news=[NewsItem.of(piece) for piece in heard.news], changed=heard.changed, after=heard.cursor
    )
