"""A whole library on fakes: every service, and the people who use it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from lending.circulation.events import Event, EventKind
from lending.circulation.loans import Loan
from lending.circulation.offering import Offer
from lending.ledger.witnessing import KnownWitness
from lending.ports.library import Library
from lending.ports.records import Edition
from lending.services.accounts import Accounts
from lending.services.acquisitions import Acquisitions
from lending.services.actors import Actor
from lending.services.announcing import AnnouncingLibrary
from lending.services.asking import Asking
from lending.services.audit import Audit
from lending.services.carrying import Carrying
from lending.services.choices import loan_rules, reading_terms
from lending.services.describing import Describing
from lending.services.erasing import Erasing
from lending.services.erasing_accounts import ErasingAccounts
from lending.services.evidence import Evidence
from lending.services.giving import Giving
from lending.services.identities import Identities
from lending.services.lending import CheckOut, Lending
from lending.services.lives import Lives
from lending.services.log_checking import LogChecking
from lending.services.log_pruning import LogPruning
from lending.services.log_restarts import LogRestarting
from lending.services.logkeeping import LogKeeping
from lending.services.margins import Margins
from lending.services.news import News
from lending.services.overview import Overviewing
from lending.services.pace import Pace
from lending.services.passes import ClaimRequest, Pass, Passes
from lending.services.passing import Passing
from lending.services.reading import Admission, ReadingRoom
from lending.services.receipts import Receipts
from lending.services.recent import Recent
from lending.services.recording import RecordingLibrary
from lending.services.saved_searches import Searches
from lending.services.searching import Searching
from lending.services.seating import Seating
from lending.services.shelf import Shelf
from lending.services.stacks import Stacks
from lending.services.stock_taking import StockTaking
from lending.services.taking_home import TakingHome
from lending.services.taking_out import TakingOut
from lending.services.turning_away import TurnAways
from lending.services.unusual import UnusualLoans
from lending.services.usage import Usage
from lending.services.use import UseBuffer, UseCounting
from lending.services.verifying import Verifying
from lending.services.waiting import WaitingLine
from lending.services.witnesses import Witnesses
from tests.ledger.signing import a_witness
from tests.services.fake_library import FakeLibrary
from tests.services.fakes import (
    FakeBookFiles,
    FakeBulletin,
    FakeCataloguers,
    FakeClock,
    FakeIds,
    FakeKeyProofs,
    FakeLimits,
    FakeLinkTokens,
    FakeLogKeys,
    FakeOutpost,
    FakePageDrawing,
    FakePasswords,
    FakeSealer,
    FakeSeats,
    FakeUploadParts,
)
from tests.services.making import LIBRARIAN, OWNER, a_pdf, an_account

LARGEST = 10_000
DAY = timedelta(days=1)
CLAIM = "/api/claims"


@dataclass
class House:
    """Everything under one roof, for tests to use and to look into."""

    library: Library = field(default_factory=FakeLibrary)
    clock: FakeClock = field(default_factory=FakeClock)
    ids: FakeIds = field(default_factory=FakeIds)
    limits: FakeLimits = field(default_factory=FakeLimits)
    passwords: FakePasswords = field(default_factory=FakePasswords)
    proofs: FakeKeyProofs = field(default_factory=FakeKeyProofs)
    parts: FakeUploadParts = field(default_factory=FakeUploadParts)
    sealer: FakeSealer = field(default_factory=FakeSealer)
    log_keys: FakeLogKeys = field(default_factory=FakeLogKeys)
    outpost: FakeOutpost = field(default_factory=FakeOutpost)

    def __post_init__(self) -> None:  # noqa: PLR0915 - as many services as there are
        self.bulletin = FakeBulletin()
        # mypy proves here that the fakes are what the ports ask for
        self.recording: Library = RecordingLibrary(self.library, self.sealer)
        library: Library = AnnouncingLibrary(self.recording, self.bulletin)
        clock, ids = self.clock, self.ids
        self.files = FakeBookFiles(ids)
        self.cataloguers = FakeCataloguers(self.files)
        self.drawing = FakePageDrawing(self.files)
        self.accounts = Accounts(library, clock, ids, self.passwords, self.limits)
        self.acquisitions = Acquisitions(
            library, clock, ids, self.files, self.parts, self.cataloguers, LARGEST
        )
        self.shelf = Shelf(library, clock, self.files, self.cataloguers)
        passes = Passes(ids, self.proofs)
        self.carrying = Carrying(library, clock, FakeLinkTokens(), passes)
        self.passing = Passing(library, clock, ids, FakeLinkTokens(), passes)
        self.giving = Giving(library, clock, ids, self.files, FakeLinkTokens())
        self.taking_out = TakingOut(library, clock, self.files)
        self.terms = reading_terms(library)
        self.rules = loan_rules(library)
        self.turn_aways = TurnAways(library, clock, self.limits)
        self.lending = Lending(library, clock, ids, FakeLinkTokens(), passes, self.turn_aways)
        self.asking = Asking(library, clock, ids)
        self.waiting = WaitingLine(
            library,
            clock,
            ids,
            FakeLinkTokens(),
            FakeLinkTokens(),
            passes,
            self.limits,
            self.turn_aways,
            sends_mail=True,
        )
        self.recent = Recent(1 << 20)
        self.pace = Pace(self.limits)
        self.use = UseBuffer(library)
        counting = UseCounting(self.limits, self.use)
        self.reading = ReadingRoom(library, clock, self.files, self.drawing, self.recent, self.pace, counting)
        stacks = Stacks(library, self.files, self.recent)
        self.searching = Searching(stacks, self.drawing, clock, self.limits)
        self.describing = Describing(stacks, self.drawing)
        self.margins = Margins(library)
        self.taking_home = TakingHome(library, clock, passes, stacks)
        self.audit = Audit(library, clock)
        self.identities = Identities(library, clock)
        self.usage = Usage(library, clock, self.use, "books.example.org")
        self.logkeeping = LogKeeping(library, clock, self.log_keys, self.sealer, self.outpost)
        self.log_pruning = LogPruning(library, clock, self.outpost)
        self.log_restarting = LogRestarting(library, clock, self.log_keys, self.outpost)
        self.receipts = Receipts(library, clock, passes, self.logkeeping)
        self.erasing = Erasing(library, clock, 365 * DAY)
        self.erasing_accounts = ErasingAccounts(library, clock, self.files, self.parts)
        self.witness = a_witness()
        known = (KnownWitness(self.witness.verifier, "http://laptop.example"),)
        self.verifying = Verifying(library, self.sealer, self.log_keys, self.outpost, known)
        self.witnesses = Witnesses(library, clock, self.log_keys, self.logkeeping, self.limits, known)
        self.unusual = UnusualLoans(library, clock)
        self.overview = Overviewing(library, clock)
        self.lives = Lives(library, clock)
        self.searches = Searches(library, clock, ids)
        self.evidence = Evidence(library, self.logkeeping)
        self.log_checking = LogChecking(library, clock, self.verifying)
        self.stock_taking = StockTaking(library, clock, self.files)
        self.news = News(library, self.bulletin)
        self.seats = FakeSeats(clock)
        self.seating = Seating(self.seats)
        self.ana = self._moves_in("ana", "Ana")
        self.zoe = self._moves_in("zoe", "Zoë")
        self.lib = self._moves_in("lib", "Lib")

    def _moves_in(self, account_id: str, name: str) -> Actor:
        account = an_account(account_id, name, LIBRARIAN if account_id == "lib" else OWNER)
        with self.library.change() as desk:
            desk.accounts.add(account)
        return Actor(account)

    def let_in(self, reading_pass: Pass) -> Admission:
        """A borrower at the reading room's door."""
        return self.reading.admit(reading_pass.loan.id, reading_pass.secret, None)

    def own(self, copy_id: str) -> Admission:
        """Ana, who takes her own copy off the shelf."""
        loan = self.lending.take_off_shelf(self.ana, copy_id)
        return self.reading.admit(loan.id, None, self.ana)

    def shelve(self, content: bytes = b"", name: str = "book.pdf", **how: bool) -> str:
        """Ana adds a book; the id of its copy."""
        content = content or a_pdf()
        upload = self.acquisitions.begin(self.ana, name, len(content))
        self.acquisitions.append(self.ana, upload.id, 0, [content])
        return self.acquisitions.accession(self.ana, upload.id, **how).copy.id

    def offer(self, copy_id: str, period: timedelta = 14 * DAY, for_whom: str = "") -> str:
        """Ana makes a link; its token."""
        return self.lending.make_link(self.ana, copy_id, Offer(period, for_whom)).token

    def proof(self, key: str, path: str = CLAIM) -> str:
        return self.proofs.proof(key, "POST", path)

    def claim(self, token: str, key: str = "eva") -> CheckOut:
        """Somebody presses the button in the browser that has `key`."""
        return self.lending.claim(token, ClaimRequest(key.title(), self.proof(key)), CLAIM)

    def lend(self, copy_id: str) -> CheckOut:
        """From the shelf to Eva's browser."""
        return self.claim(self.offer(copy_id))

    def give_back(self, loan: Loan, key: str = "eva") -> None:
        path = f"/api/loans/{loan.id}/return"
        self.lending.check_in(loan.id, self.proof(key, path), path)

    def rewrite(self, edition: Edition) -> None:
        """Another record of a title, entered as its owner's correction is."""
        corrected = Event(EventKind.TITLE_CORRECTED, self.clock.now(), None, 0, edition_id=edition.id)
        with self.recording.change() as desk:
            desk.collection.change_edition(edition)
            desk.circulation.record(corrected)

    def happened(self) -> list[str]:
        return [event.kind.value for event in self.library.cabinet.events]


@pytest.fixture
def house() -> Iterator[House]:
    """After each test the log is right, whatever was done; unless the test wrote past it."""
    house = House()
    yield house
    with house.library.read() as desk:
        wrote_past_it = desk.ledger.not_entered(0, 1)
    assert wrote_past_it or house.verifying.verify().faults == []


@pytest.fixture
def pdf_id(house: House) -> str:
    """Ana's copy of a PDF of two pages."""
    return house.shelve(a_pdf("Primera memoria", "one", "two"))
