"""Who asks, and their access tokens."""

from datetime import datetime
from typing import Self

from flask import Blueprint
from pydantic import Field

from lending import refusals
from lending.ports.records import AccessToken, Role
from lending.services.actors import Actor
from lending.web import language
from lending.web.api.contract import Answer, Asked, Contract, Told
from lending.web.desk import desk

bp = Blueprint("accounts", __name__)


class Me(Told):
    """The account that asks, and whether it may change things by this session or token."""

    id: str
    sign_in_name: str
    name: str
    roles: list[Role]
    may_change: bool
    email: str | None = Field(description="Where letters go; none if this account gave no address.")
    sends_mail: bool = Field(description="Whether this library sends letters at all.")

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """From the library's records."""
        account, letters = actor.account, desk().correspondence
        return cls(
            id=account.id,
            sign_in_name=account.sign_in_name,
            name=account.name,
            roles=sorted(account.roles),
            may_change=actor.may_change,
            email=letters.address_of(actor) or None,
            sends_mail=letters.is_set_up,
        )


class AccountChanged(Asked):
    """What shall be otherwise about the account."""

    email: str | None = Field(
        None, max_length=1000, description="Where an owner's letters go from now on; empty for nowhere."
    )


class TokenWanted(Asked):
    """A new access token."""

    label: str = Field(max_length=1000, description="What it is for; up to 100 characters.")
    read_only: bool = False


class TokenShown(Told):
    """An access token, without its secret."""

    id: str
    label: str
    read_only: bool
    made_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, token: AccessToken) -> Self:
        """From the library's record."""
        return cls(
            id=token.id,
            label=token.label,
            read_only=token.read_only,
            made_at=token.made_at,
            last_used_at=token.last_used_at,
        )


class TokenMade(Told):
    """A new access token with its secret, which is told this once."""

    token: TokenShown
    secret: str


class Tokens(Told):
    """An account's access tokens, newest first."""

    tokens: list[TokenShown]


@bp.get("/me")
@Contract(answers={200: Answer("Who asks.", Me)})
def me(actor: Actor) -> Me:
    """Who asks."""
    return Me.of(actor)


@bp.patch("/account")
@Contract(answers={200: Answer("The account as it is now.", Me)}, body=AccountChanged)
def change_account(actor: Actor, body: AccountChanged) -> Me:
    """Change what is told of the account; what is not named stays."""
    desk().correspondence.set_address(actor, body.email, language.of_request())
    return Me.of(actor)


@bp.get("/tokens")
@Contract(answers={200: Answer("The tokens.", Tokens)})
def list_tokens(actor: Actor) -> Tokens:
    """The access tokens of the account."""
    return Tokens(tokens=[TokenShown.of(token) for token in desk().accounts.tokens(actor)])


@bp.post("/tokens")
@Contract(answers={201: Answer("The token and its secret.", TokenMade)}, body=TokenWanted)
def make_token(actor: Actor, body: TokenWanted) -> TokenMade:
    """Make an access token. Its secret is told in this answer and never again."""
    token, secret = desk().accounts.make_token(actor, body.label, read_only=body.read_only)
    return TokenMade(token=TokenShown.of(token), secret=secret)


@bp.delete("/tokens/<id:token_id>")
@Contract(answers={204: Answer("It is worthless now.")}, refuses=(refusals.NotFound,))
def revoke_token(actor: Actor, token_id: str) -> None:
    """Make an access token worthless at once."""
    desk().accounts.revoke_token(actor, token_id)
