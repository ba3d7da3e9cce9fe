"""Who lives in the sample library, and what happened there lately.

Everything is done through the services, as people would do it, with a clock that is put back.
"""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from lending.adapters.clock_system import SystemClock
from lending.bootstrap import Services
from lending.circulation.offering import Offer
from lending.cli.showcase.covers import cover
from lending.cli.showcase.epub import as_epub
from lending.cli.showcase.pdf import as_pdf
from lending.cli.showcase.works import load
from lending.ports.records import Role
from lending.services.accounts import NewAccount
from lending.services.actors import Actor
from lending.services.passes import ClaimRequest


class StoryClock:
    """The system's clock, put back by so many days."""

    def __init__(self) -> None:
        self.days_ago = 0.0

    def now(self) -> datetime:
        """See `ports.world.Clock`."""
        return SystemClock().now() - timedelta(days=self.days_ago)


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who can sign in, with the password that was made up for them."""

    name: str
    sign_in_name: str
    password: str


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to try: two people who sign in, and a link that waits for a friend."""

    owner: Resident
    librarian: Resident
    link_token: str
    link_book: str
    link_for: str


_EPUBS = ("becquer", "blake", "rosalia", "aesop", "machado", "dickinson")


def tell(services: Services, clock: StoryClock) -> Told:
    """Fill a library that nobody uses yet. `clock` is the services' own; it is right again at the end."""
    clock.days_ago = 40
    owner = _resident(services, "Marina Soto", "marina", Role.OWNER)
    librarian = _resident(services, "Tomás Vidal", "tomas", Role.LIBRARIAN)
    marina = services.accounts.actor_named(owner.sign_in_name)
    copies = _books(services, clock, marina)
    desk = _Desk(services, clock, marina)
    desk.lend(copies["machado"], "Nuria", lent=31, days=14, returned=22.3)
    desk.lend(copies["becquer"], "Iván", lent=26, days=7)
    desk.lend(copies["dickinson"], "Ben", lent=4.2, days=21)
    clock.days_ago = 0
    services.lending.settle_due()
    note = "You asked what I read to the children. Start with the fox; the mice are on me."
    offer = Offer(timedelta(days=14), "Clara", note)
    token = services.lending.make_link(marina, copies["aesop"], offer).token
    return Told(owner, librarian, token, "Æsop’s Fables", "Clara")


def _resident(services: Services, name: str, sign_in_name: str, role: Role) -> Resident:
    letters = services.accounts.ids.new()
    password = "-".join((letters[:4], letters[4:8], letters[8:12]))
    services.accounts.add(NewAccount(sign_in_name, name, password), frozenset({role}))
    return Resident(name, sign_in_name, password)


def _books(services: Services, clock: StoryClock, owner: Actor) -> dict[str, str]:
    """Put the books on the shelf, a day apart; their copy ids by name."""
    made = {"poe": ("poe.pdf", as_pdf(load("poe")))}
    for name in _EPUBS:
        work = load(name)
        made[name] = (f"{name}.epub", as_epub(work, cover(work)))
    copies = {}
    for name, (file_name, book) in made.items():
        clock.days_ago -= 1
        entry = services.acquisitions.add_file(owner, file_name, io.BytesIO(book), len(book))
        copies[name] = entry.copy.id
    return copies


@dataclass(frozen=True, slots=True)
class _Desk:
    services: Services
    clock: StoryClock
    owner: Actor

    def lend(
        self, copy_id: str, friend: str, *, lent: float, days: int, returned: float | None = None
    ) -> None:
        """Lend to a friend so many days ago; they return the book so many days ago, or not at all."""
        lending = self.services.lending
        self.clock.days_ago = lent
        token = lending.make_link(self.owner, copy_id, Offer(timedelta(days=days), friend)).token
        self.clock.days_ago = lent - 0.3
        ticket = ClaimRequest(ticket=lending.ids.secret())
        loan = lending.claim(token, ticket, path="").reading_pass.loan
        if returned is not None:
            self.clock.days_ago = returned
            lending.check_in(loan.id, proof="", path="")
