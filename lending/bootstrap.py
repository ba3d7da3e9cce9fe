"""Settings → services: the only file that names concrete adapters."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lending.adapters.book_files_sealed import SealedBookFiles, rewrap_all
from lending.adapters.books_here import BooksHere
from lending.adapters.clock_system import SystemClock
from lending.adapters.ids_random import RandomIds
from lending.adapters.key_proofs_jose import JoseKeyProofs
from lending.adapters.limits_memory import InProcessLimits
from lending.adapters.limits_redis import RedisLimits
from lending.adapters.link_tokens_jose import JoseLinkTokens, ensure_link_key
from lending.adapters.mailer_smtp import SmtpMailer
from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.adapters.sql import schema
from lending.adapters.sql.engine import connect
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.upload_parts_sealed import SealedUploadParts
from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms
from lending.config import Settings
from lending.mailing.letters import Stationery
from lending.pdf.process import DrawingProcesses
from lending.ports.people import Limits, Passwords
from lending.ports.world import Clock
from lending.sealing.keys import KeyRing
from lending.services.accounts import Accounts
from lending.services.acquisitions import Acquisitions
from lending.services.audit import Audit
from lending.services.carrying import Carrying
from lending.services.choices import OwnersChoices, loan_rules, reading_terms
from lending.services.correspondence import Correspondence, PostOffice
from lending.services.describing import Describing
from lending.services.lending import Lending
from lending.services.margins import Margins
from lending.services.pace import Pace
from lending.services.passes import Passes
from lending.services.reading import ReadingRoom
from lending.services.recent import Recent
from lending.services.searching import Searching
from lending.services.shelf import Shelf
from lending.services.stacks import Stacks
from lending.services.taking_home import TakingHome


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the entrances can ask of the library."""

    accounts: Accounts
    acquisitions: Acquisitions
    shelf: Shelf
    terms: OwnersChoices[ReadingTerms]
    rules: OwnersChoices[LoanRules]
    lending: Lending
    carrying: Carrying
    reading: ReadingRoom
    searching: Searching
    margins: Margins
    taking_home: TakingHome
    describing: Describing
    audit: Audit
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

    def rotate_sealing_key(self) -> int:
        """Wrap every book's key under a new key; returns how many. The old key's file can then go."""
        self.keys.add()
        return rewrap_all(self.library, self.keys)

    def rotate_link_key(self) -> str:
        """Sign new links with a new key; returns its id. Links already out stay good."""
        return self.tokens.rotate()


def prepare(settings: Settings) -> None:
    """Make a data folder ready: the schema brought up to date, and keys made for a new library.

    A library that holds books and has lost its keys gets no new ones: raises KeysUnusable.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    library = SqlLibrary(connect(settings.database))
    schema.upgrade(library)
    with library.read() as desk:
        holds_books = bool(desk.keys.file_ids())
    library.engine.dispose()
    if not holds_books:
        KeyRing.create(settings.keys_folder)
    ensure_link_key(settings.keys_folder)


def build(
    settings: Settings,
    *,
    redis_url: str = "",
    clock: Clock | None = None,
    passwords: Passwords | None = None,
) -> Services:
    """Put the library together in a data folder that `prepare` has made ready.

    `redis_url` is that of the running Redis, if any; without one, limits are counted in
    this process. `clock` and `passwords` can be replaced by tests.
    """
    clock, ids = clock or SystemClock(), RandomIds()
    keys = KeyRing.load(settings.keys_folder)
    tokens = JoseLinkTokens(settings.keys_folder)
    library = SqlLibrary(connect(settings.database, pool_size=settings.threads))
    files = SealedBookFiles(settings.home / "books", keys, library, ids)
    parts = SealedUploadParts(settings.home / "uploads", keys)
    processes = DrawingProcesses()
    books = BooksHere(files, processes)
    limits = _limits(redis_url or settings.redis_url, clock, keys)
    proofs = JoseKeyProofs(keys.derive("proof nonces"), limits)

    passes = Passes(ids, proofs)

    recent = Recent(settings.page_memory)
    stacks = Stacks(library, files, recent)

    def close() -> None:
        processes.close()
        library.engine.dispose()

    return Services(
        accounts=Accounts(library, clock, ids, passwords or Argon2Passwords(), limits),
        acquisitions=Acquisitions(library, clock, ids, files, parts, books, settings.largest_file),
        shelf=Shelf(library, clock, files, books),
        terms=reading_terms(library),
        rules=loan_rules(library),
        lending=Lending(library, clock, ids, tokens, passes, sends_mail=settings.sends_mail),
        carrying=Carrying(library, clock, tokens, passes),
        reading=ReadingRoom(library, clock, files, books, recent, Pace(limits)),
        searching=Searching(stacks, books, clock, limits),
        describing=Describing(stacks, books),
        margins=Margins(library),
        taking_home=TakingHome(library, clock, passes, stacks),
        audit=Audit(library, clock),
        correspondence=Correspondence(library, clock, _post_office(settings)),
        upkeep=Upkeep(library, files, keys, tokens, close),
    )


def _limits(redis_url: str, clock: Clock, keys: KeyRing) -> Limits:
    here = InProcessLimits(clock)
    return RedisLimits(redis_url, here, pepper=keys.derive("limits")) if redis_url else here


def _post_office(settings: Settings) -> PostOffice | None:
    if not settings.sends_mail:
        return None
    catalogues = Path(__file__).parent / "web" / "translations"
    return PostOffice(
        SmtpMailer.of_url(settings.smtp_url),
        Stationery(settings.mail_from, settings.base_url, catalogues),
    )
