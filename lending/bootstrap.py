"""Settings → services: the only file that names concrete adapters."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from lending.adapters.book_files_sealed import SealedBookFiles, rewrap_all
from lending.adapters.books_here import BooksHere
from lending.adapters.bulletin_redis import RedisBulletin
from lending.adapters.clock_system import SystemClock
from lending.adapters.ids_random import RandomIds
from lending.adapters.key_proofs_jose import JoseKeyProofs
from lending.adapters.limits_memory import InProcessLimits
from lending.adapters.limits_redis import RedisLimits
from lending.adapters.link_tokens_jose import JoseLinkTokens, ensure_link_key
from lending.adapters.log_keys_ed25519 import Ed25519LogKeys, ensure_log_key
from lending.adapters.log_outpost_file import FileOutpost
from lending.adapters.mailer_smtp import SmtpMailer
from lending.adapters.openings_sealed import AeadSealer
from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.adapters.redis_shared import SharedRedis
from lending.adapters.seats_redis import RedisSeats
from lending.adapters.sql import schema
from lending.adapters.sql.engine import connect
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.upload_parts_sealed import SealedUploadParts
from lending.adapters.witnesses_http import HttpWitnessPost
from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms
from lending.config import Settings
from lending.mailing.letters import Stationery
from lending.pdf.process import DrawingProcesses
from lending.ports.ledger import Ledger
from lending.ports.library import Library
from lending.ports.people import Limits, Passwords
from lending.ports.world import Clock
from lending.sealing.keys import KeyRing
from lending.services.accounts import Accounts
from lending.services.acquisitions import Acquisitions
from lending.services.announcing import AnnouncingLibrary
from lending.services.asking import Asking
from lending.services.audit import Audit
from lending.services.carrying import Carrying
from lending.services.choices import OwnersChoices, loan_rules, reading_terms
from lending.services.correspondence import Correspondence, PostOffice
from lending.services.describing import Describing
from lending.services.erasing import Erasing
from lending.services.erasing_accounts import ErasingAccounts
from lending.services.evidence import Evidence
from lending.services.giving import Giving
from lending.services.identities import Identities
from lending.services.lending import Lending
from lending.services.lives import Lives
from lending.services.log_checking import LogChecking
from lending.services.log_pruning import LogPruning
from lending.services.log_restarts import LogRestarting
from lending.services.logkeeping import LogKeeping
from lending.services.margins import Margins
from lending.services.news import News
from lending.services.overview import Overviewing
from lending.services.pace import Pace
from lending.services.passes import Passes
from lending.services.passing import Passing
from lending.services.reading import ReadingRoom
from lending.services.receipts import Receipts
from lending.services.recent import Recent
from lending.services.recording import RecordingLibrary, catch_up
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
from lending.services.witness_rounds import Messenger
from lending.services.witnesses import Witnesses

_log = logging.getLogger(__name__)
USE_WRITTEN_EVERY: Final = timedelta(seconds=5)
"""How much of the use of books is not counted when a process is killed."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the entrances can ask of the library."""

    accounts: Accounts
    acquisitions: Acquisitions
    shelf: Shelf
    terms: OwnersChoices[ReadingTerms]
    rules: OwnersChoices[LoanRules]
    lending: Lending
    asking: Asking
    waiting: WaitingLine
    carrying: Carrying
    passing: Passing
    giving: Giving
    taking_out: TakingOut
    reading: ReadingRoom
    seating: Seating
    searching: Searching
    margins: Margins
    taking_home: TakingHome
    describing: Describing
    audit: Audit
    identities: Identities
    usage: Usage
    unusual: UnusualLoans
    overview: Overviewing
    lives: Lives
    searches: Searches
    evidence: Evidence
    log_checking: LogChecking
    stock_taking: StockTaking
    logkeeping: LogKeeping
    log_pruning: LogPruning
    log_restarting: LogRestarting
    receipts: Receipts
    erasing: Erasing
    erasing_accounts: ErasingAccounts
    verifying: Verifying
    witnesses: Witnesses
    messengers: tuple[Messenger, ...]
    news: News
    correspondence: Correspondence
    upkeep: "Upkeep"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the operator's commands and the health checks need to know of the building itself."""

    library: SqlLibrary
    files: SealedBookFiles
    keys: KeyRing
    tokens: JoseLinkTokens
    close: Callable[[], None]

    def is_ready(self) -> bool:
        """Whether the database answers and has this program's schema."""
        return schema.is_current(self.library)

    def clear_away(self) -> bool:
        """Let nothing that was erased lie in a file of the database any longer, as far as this program can;
        False where others that use it kept that from being done."""
        return self.library.clear_away()

    def rotate_sealing_key(self) -> int:
        """Wrap every book's key under a new key; returns how many. The old key's file can then go."""
        self.keys.add()
        return rewrap_all(self.library, self.keys)

    def rotate_link_key(self) -> str:
        """Sign new links with a new key; returns its id. Links already out stay good."""
        return self.tokens.rotate()


def prepare(settings: Settings, *, looks_only: bool = False) -> None:
    """Make a data folder ready: the schema brought up to date, and keys made for a new library.

    Where the database was put back, its log begins anew and tells so; not if somebody `looks_only`: who
    checks the log is to find it as it lies there. A library that holds books and has lost its keys gets no
    new ones: raises KeysUnusable.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    library = SqlLibrary(connect(settings.database))
    schema.upgrade(library, secret_of_log=lambda: _secret_of_log(KeyRing.load(settings.keys_folder)))
    with library.read() as desk:
        holds_books, log_began = bool(desk.keys.file_ids()), _has_begun(desk.ledger)
    if not holds_books:
        KeyRing.create(settings.keys_folder)
    ensure_link_key(settings.keys_folder)
    if not log_began:
        ensure_log_key(settings.keys_folder)
    _prepare_log(library, settings, log_began=log_began, looks_only=looks_only)
    library.engine.dispose()


def _has_begun(ledger: Ledger) -> bool:
    """Whether the log has a name; one that has entries and lost its head is no new one either."""
    head = ledger.head()
    return bool(head.origin or ledger.entries(head.frontier.size, 1))


def _prepare_log(library: SqlLibrary, settings: Settings, *, log_began: bool, looks_only: bool) -> None:
    """A database that is older than the checkpoint beside it was put back: the log says so, for good. That
    comes first, also where it has no log at all: what is entered anew then was found, and not remembered."""
    sealer, clock = _sealer(KeyRing.load(settings.keys_folder)), SystemClock()
    recording, keys = RecordingLibrary(library, sealer), Ed25519LogKeys(settings.keys_folder)
    outpost = FileOutpost(settings.home / "log")
    restarting = LogRestarting(recording, clock, keys, outpost)
    lost = restarting.lost()
    if lost and looks_only:
        return
    if lost:
        restarting.begin_anew(lost, new_origin(settings))
    if not log_began:
        _begin_log(library, sealer, settings)
    if lost:
        _log.warning(
            "this library was put back to an older state: %d entries of its log had been signed; "
            "the log goes on under another name, and tells of it. `lending log verify` calls it wrong until "
            "somebody says that they know: `lending log acknowledge`",
            lost.size,
        )
        LogKeeping(recording, clock, keys, sealer, outpost).checkpoint()


def _begin_log(library: SqlLibrary, sealer: AeadSealer, settings: Settings) -> None:
    """Give the log its origin; before, the events of a library that is older than its log are entered."""
    catch_up(library, sealer)
    with library.change() as desk:
        if not desk.ledger.lock().origin:
            desk.ledger.begin(new_origin(settings))


def new_origin(settings: Settings) -> str:
    """A name that no log has had yet."""
    return f"{_house(settings)}/log/{RandomIds().new()[:8]}"


def _house(settings: Settings) -> str:
    """What the library is called by where its people are not named."""
    host = urlsplit(settings.base_url).netloc
    return host if len(host) > 1 else "lending"  # reports want a name of two letters at least


def _sealer(keys: KeyRing) -> AeadSealer:
    return AeadSealer(_secret_of_log(keys))


def _secret_of_log(keys: KeyRing) -> bytes:
    return keys.derive("openings of the log")


def build(
    settings: Settings,
    *,
    redis_url: str = "",
    clock: Clock | None = None,
    passwords: Passwords | None = None,
) -> Services:
    """Put the library together in a data folder that `prepare` has made ready.

    `redis_url` is that of the running Redis, if any; without one, limits are counted in
    this process, no window has a reading seat, and pages that wait for news ask the database each time.
    `clock` and `passwords` can be replaced by tests.
    """
    clock, ids = clock or SystemClock(), RandomIds()
    keys = KeyRing.load(settings.keys_folder)
    tokens = JoseLinkTokens(settings.keys_folder)
    database = SqlLibrary(connect(settings.database, pool_size=settings.threads))
    redis = _redis(redis_url or settings.redis_url, keys)
    bulletin = RedisBulletin(redis) if redis else None
    sealer, log_keys = _sealer(keys), Ed25519LogKeys(settings.keys_folder)
    recording = RecordingLibrary(database, sealer)
    library: Library = AnnouncingLibrary(recording, bulletin) if bulletin else recording
    files = SealedBookFiles(settings.home / "books", keys, library, ids)
    parts = SealedUploadParts(settings.home / "uploads", keys)
    processes = DrawingProcesses()
    books = BooksHere(files, processes)
    limits = _limits(redis, clock)
    proofs = JoseKeyProofs(keys.derive("proof nonces"), limits)

    passes = Passes(ids, proofs)
    turn_aways = TurnAways(library, clock, limits)
    use = UseBuffer(library, USE_WRITTEN_EVERY)

    recent = Recent(settings.page_memory)
    stacks = Stacks(library, files, recent)
    outpost = FileOutpost(settings.home / "log")
    keeping = LogKeeping(library, clock, log_keys, sealer, outpost)
    witnesses = Witnesses(library, clock, log_keys, keeping, limits, settings.known_witnesses)
    verifying = Verifying(library, sealer, log_keys, outpost, settings.known_witnesses)

    def close() -> None:
        use.close()
        processes.close()
        database.engine.dispose()

    return Services(
        accounts=Accounts(library, clock, ids, passwords or Argon2Passwords(), limits),
        acquisitions=Acquisitions(library, clock, ids, files, parts, books, settings.largest_file),
        shelf=Shelf(library, clock, files, books),
        terms=reading_terms(library),
        rules=loan_rules(library),
        lending=Lending(library, clock, ids, tokens, passes, turn_aways, sends_mail=settings.sends_mail),
        asking=Asking(library, clock, ids),
        waiting=WaitingLine(
            library, clock, ids, tokens, tokens, passes, limits, turn_aways, sends_mail=settings.sends_mail
        ),
        carrying=Carrying(library, clock, tokens, passes),
        passing=Passing(library, clock, ids, tokens, passes),
        giving=Giving(library, clock, ids, files, tokens),
        taking_out=TakingOut(library, clock, files),
        reading=ReadingRoom(library, clock, files, books, recent, Pace(limits), UseCounting(limits, use)),
        seating=Seating(RedisSeats(redis) if redis else None),
        searching=Searching(stacks, books, clock, limits),
        describing=Describing(stacks, books),
        margins=Margins(library),
        taking_home=TakingHome(library, clock, passes, stacks),
        audit=Audit(library, clock),
        identities=Identities(library, clock),
        usage=Usage(library, clock, use, _house(settings)),
        logkeeping=keeping,
        log_pruning=LogPruning(library, clock, outpost),
        log_restarting=LogRestarting(library, clock, log_keys, outpost),
        receipts=Receipts(library, clock, passes, keeping),
        erasing=Erasing(library, clock, timedelta(days=settings.names_kept_days)),
        erasing_accounts=ErasingAccounts(library, clock, files, parts),
        witnesses=witnesses,
        messengers=tuple(Messenger(witnesses, HttpWitnessPost(), one) for one in witnesses.known if one.url),
        unusual=UnusualLoans(library, clock),
        overview=Overviewing(library, clock),
        lives=Lives(library, clock),
        searches=Searches(library, clock, ids),
        evidence=Evidence(library, keeping),
        log_checking=LogChecking(library, clock, verifying),
        stock_taking=StockTaking(library, clock, files),
        verifying=verifying,
        news=News(library, bulletin),
        correspondence=Correspondence(library, clock, tokens, _post_office(settings, tokens)),
        upkeep=Upkeep(database, files, keys, tokens, close),
    )


def _redis(url: str, keys: KeyRing) -> SharedRedis | None:
    return SharedRedis(url, pepper=keys.derive("redis")) if url else None


def _limits(redis: SharedRedis | None, clock: Clock) -> Limits:
    here = InProcessLimits(clock)
    return RedisLimits(redis, here) if redis else here


def _post_office(settings: Settings, tokens: JoseLinkTokens) -> PostOffice | None:
    if not settings.sends_mail:
        return None
    catalogues = Path(__file__).parent / "web" / "translations"
    return PostOffice(
        SmtpMailer.of_url(settings.smtp_url),
        Stationery(settings.mail_from, settings.base_url, catalogues),
        tokens,
    )
