"""How views reach the services: through the app they run in, never through a global."""

from typing import Protocol

from flask import current_app

from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms
from lending.services.accounts import Accounts
from lending.services.acquisitions import Acquisitions
from lending.services.asking import Asking
from lending.services.audit import Audit
from lending.services.carrying import Carrying
from lending.services.choices import OwnersChoices
from lending.services.correspondence import Correspondence
from lending.services.describing import Describing
from lending.services.erasing import Erasing
from lending.services.evidence import Evidence
from lending.services.giving import Giving
from lending.services.identities import Identities
from lending.services.lending import Lending
from lending.services.lives import Lives
from lending.services.log_checking import LogChecking
from lending.services.logkeeping import LogKeeping
from lending.services.margins import Margins
from lending.services.news import News
from lending.services.overview import Overviewing
from lending.services.passing import Passing
from lending.services.reading import ReadingRoom
from lending.services.receipts import Receipts
from lending.services.saved_searches import Searches
from lending.services.searching import Searching
from lending.services.seating import Seating
from lending.services.shelf import Shelf
from lending.services.stock_taking import StockTaking
from lending.services.taking_home import TakingHome
from lending.services.taking_out import TakingOut
from lending.services.unusual import UnusualLoans
from lending.services.usage import Usage
from lending.services.waiting import WaitingLine
from lending.services.witnesses import Witnesses

KEY = "lending.services"


class Upkeep(Protocol):
    """What the health checks ask."""

    def is_ready(self) -> bool:
        """Whether the library can serve."""


class Services(Protocol):
    """What the web needs of the library (bootstrap builds it)."""

    @property
    def accounts(self) -> Accounts:
        """Who may come in."""

    @property
    def acquisitions(self) -> Acquisitions:
        """Books coming in."""

    @property
    def shelf(self) -> Shelf:
        """Owners' copies."""

    @property
    def terms(self) -> OwnersChoices[ReadingTerms]:
        """What owners ask of readers."""

    @property
    def rules(self) -> OwnersChoices[LoanRules]:
        """How owners lend."""

    @property
    def lending(self) -> Lending:
        """Links and loans."""

    @property
    def asking(self) -> Asking:
        """Pages where people ask to borrow."""

    @property
    def waiting(self) -> WaitingLine:
        """Who waits for a title."""

    @property
    def carrying(self) -> Carrying:
        """Loans on their way to another device."""

    @property
    def passing(self) -> Passing:
        """Loans on their way to a friend."""

    @property
    def giving(self) -> Giving:
        """Copies on their way to another owner."""

    @property
    def logkeeping(self) -> LogKeeping:
        """The log's promises."""

    @property
    def erasing(self) -> Erasing:
        """Names that go."""

    @property
    def receipts(self) -> Receipts:
        """Proofs of check-outs and returns."""

    @property
    def taking_out(self) -> TakingOut:
        """Copies that leave the library with their files."""

    @property
    def reading(self) -> ReadingRoom:
        """Readers' pages."""

    @property
    def seating(self) -> Seating:
        """Windows that have one book open."""

    @property
    def searching(self) -> Searching:
        """Words looked for in books."""

    @property
    def margins(self) -> Margins:
        """What readers leave in books."""

    @property
    def taking_home(self) -> TakingHome:
        """What readers take home of them."""

    @property
    def describing(self) -> Describing:
        """What books say of themselves."""

    @property
    def audit(self) -> Audit:
        """The loan log."""

    @property
    def identities(self) -> Identities:
        """Who may see readers' names, and since when."""

    @property
    def usage(self) -> Usage:
        """COUNTER reports."""

    @property
    def witnesses(self) -> Witnesses:
        """Who else remembers the log."""

    @property
    def unusual(self) -> UnusualLoans:
        """Loans that somebody may want to ask about."""

    @property
    def overview(self) -> Overviewing:
        """The library as a whole."""

    @property
    def lives(self) -> Lives:
        """The story of a copy, and of a loan."""

    @property
    def evidence(self) -> Evidence:
        """That nobody has rewritten the log."""

    @property
    def log_checking(self) -> LogChecking:
        """Checks of the whole log."""

    @property
    def stock_taking(self) -> StockTaking:
        """Whether each copy’s file is as it was accessioned."""

    @property
    def searches(self) -> Searches:
        """What librarians look for again."""

    @property
    def news(self) -> News:
        """What others did with an owner's copies."""

    @property
    def correspondence(self) -> Correspondence:
        """Addresses and letters."""

    @property
    def upkeep(self) -> Upkeep:
        """The building."""


def desk() -> Services:
    """The services of the app that handles this request."""
    services: Services = current_app.extensions[KEY]
    return services
