"""How views reach the services: through the app they run in, never through a global."""

from typing import Protocol

from flask import current_app

from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms
from lending.services.accounts import Accounts
from lending.services.acquisitions import Acquisitions
from lending.services.audit import Audit
from lending.services.carrying import Carrying
from lending.services.choices import OwnersChoices
from lending.services.correspondence import Correspondence
from lending.services.describing import Describing
from lending.services.lending import Lending
from lending.services.margins import Margins
from lending.services.reading import ReadingRoom
from lending.services.searching import Searching
from lending.services.shelf import Shelf
from lending.services.taking_home import TakingHome

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
    def carrying(self) -> Carrying:
        """Loans on their way to another device."""

    @property
    def reading(self) -> ReadingRoom:
        """Readers' pages."""

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
    def correspondence(self) -> Correspondence:
        """Addresses and letters."""

    @property
    def upkeep(self) -> Upkeep:
        """The building."""


def desk() -> Services:
    """The services of the app that handles this request."""
    services: Services = current_app.extensions[KEY]
    return services
