"""Fakes of every port but the library's (see fake_library): small, honest, and easy to look into."""

import base64
import contextlib
import io
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import BinaryIO

from lending import refusals
from lending.cataloguing.cataloguing import catalogue_epub
from lending.cataloguing.records import CatalogueRecord
from lending.circulation.links import Link
from lending.ledger.errors import Malformed
from lending.ledger.leaves import Field
from lending.ledger.notes import Note, Verifier
from lending.pdf.records import Drawing, PageLink, PageText, PdfTraits
from lending.ports.ledger import NotOpened, SealedOpening
from lending.ports.people import Carriage
from lending.ports.seats import KEPT_FOR
from lending.sealing.bookfile import ByteSource, WrongLength
from tests.ledger.signing import Keeper, check

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def go_on(self, by: timedelta) -> None:
        self.moment += by


class FakeIds:
    """Ids and secrets of the real shape, one after the other."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        raw = next(self._numbers).to_bytes(16)
        return base64.b32encode(raw).decode().rstrip("=").lower()

    def secret(self) -> str:
        return base64.urlsafe_b64encode(next(self._numbers).to_bytes(32)).decode().rstrip("=")


class FakePasswords:
    """Turns a password around."""

    def __init__(self) -> None:
        self.tried_for_nobody = 0

    def hash(self, password: str) -> str:
        return "hash:" + password[::-1]

    def matches(self, password_hash: str, password: str) -> bool:
        return password_hash == self.hash(password)

    def matches_nobody(self, password: str) -> None:
        self.tried_for_nobody += 1


class FakeLimits:
    """Counts tries for ever: tests that let time pass use a new one."""

    def __init__(self) -> None:
        self.tries: Counter[tuple[str, str]] = Counter()
        self.seen: set[tuple[str, str]] = set()
        self.free: set[tuple[str, str, str]] = set()

    def allow(
        self, name: str, who: str, limit: int, per: timedelta, *, tries: int = 1, what: str = ""
    ) -> timedelta | None:
        if (name, who, what) in self.free:
            return None
        if self.tries[name, who] + tries > limit:
            return per
        self.tries[name, who] += tries
        if what:
            self.free.add((name, who, what))
        return None

    def clear(self, name: str, who: str) -> None:
        del self.tries[name, who]

    def first_time(self, name: str, value: str, keep: timedelta, *, renews: bool = False) -> bool:
        new = (name, value) not in self.seen
        self.seen.add((name, value))
        return new


class FakeSeats:
    """Seats in a dict, by the library's clock. While `away`, nobody knows who sits where."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._seats: dict[str, tuple[str, datetime]] = {}
        self.away = False

    def sit(self, seat: str, window: str) -> str | None:
        if self.holder(seat) in (None, window):
            self.take(seat, window)
        return self.holder(seat)

    def take(self, seat: str, window: str) -> None:
        self._seats[seat] = (window, self._clock.now() + KEPT_FOR)

    def holder(self, seat: str) -> str | None:
        window, until = self._seats.get(seat, ("", self._clock.now()))
        return window if self._clock.now() < until and not self.away else None

    def leave(self, seat: str, window: str) -> None:
        if self.holder(seat) == window:
            del self._seats[seat]


class FakeBulletin:
    """Versions in a dict, and how often each topic was bumped. While `away`, none is known."""

    def __init__(self) -> None:
        self.bumped: Counter[str] = Counter()
        self.away = False

    def bump(self, topics: AbstractSet[str]) -> None:
        if not self.away:
            self.bumped.update(topics)

    def version(self, topic: str) -> int | None:
        return None if self.away else 1 + self.bumped[topic]


class FakeLinkTokens:
    """A token says in plain words which link it is for."""

    def mint(self, link: Link) -> str:
        return f"token for {link.id}"

    def read(self, token: str) -> str:
        if not token.startswith("token for "):
            raise refusals.UnknownLink
        return token.removeprefix("token for ")

    def mint_gift(self, link: Link) -> str:
        return f"gift token for {link.id}"

    def read_gift(self, token: str) -> str:
        if not token.startswith("gift token for "):
            raise refusals.UnknownLink
        return token.removeprefix("gift token for ")

    def mint_carriage(self, carriage: Carriage) -> str:
        return f"carriage {carriage.loan_id} {carriage.bound_as} {carriage.until.isoformat()}"

    def read_carriage(self, token: str) -> Carriage:
        if not token.startswith("carriage "):
            raise refusals.UnknownLink
        _, loan_id, bound_as, until = token.split()
        return Carriage(loan_id, bound_as, datetime.fromisoformat(until))

    def mint_place(self, hold_id: str) -> str:
        return f"place of {hold_id}"

    def read_place(self, token: str) -> str:
        if not token.startswith("place of "):
            raise refusals.UnknownLink
        return token.removeprefix("place of ")


class FakeLetterTokens:
    """A token says in plain words what the letters are about."""

    def mint_letters(self, subject_id: str) -> str:
        return f"letters-about-{subject_id}"

    def read_letters(self, token: str) -> str:
        if not token.startswith("letters-about-"):
            raise refusals.UnknownLink
        return token.removeprefix("letters-about-")


class FakeKeyProofs:
    """A proof is a sentence: who proves, for which request, and its number."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._seen: set[str] = set()

    def proof(self, key: str, method: str, path: str) -> str:
        return f"{key} {method} {path} {next(self._numbers)}"

    def nonce(self, now: datetime) -> str:
        return f"nonce of {now:%H:%M}"

    def verify(self, proof: str, method: str, path: str, now: datetime) -> str:
        key, *asked = proof.split()
        if asked[:2] != [method, path] or proof in self._seen:
            raise refusals.ProofInvalid
        self._seen.add(proof)
        return key


class FakeBookFiles:
    """Files in a dict. `room_for` says how many more can be put before the disk is full."""

    def __init__(self, ids: FakeIds) -> None:
        self._ids = ids
        self.kept: dict[str, bytes] = {}
        self.room_for = 1_000

    def put(self, source: ByteSource, length: int) -> str:
        if not self.room_for:
            raise OSError("no space left on device")
        content = source.read(length)
        if len(content) != length or source.read(1):
            raise WrongLength
        self.room_for -= 1
        file_id = self._ids.new()
        self.kept[file_id] = content
        return file_id

    def open(self, file_id: str) -> BinaryIO:
        if file_id not in self.kept:
            raise refusals.NotFound
        return io.BytesIO(self.kept[file_id])

    def remove(self, file_id: str) -> None:
        self.kept.pop(file_id, None)

    def list(self) -> Iterator[str]:
        return iter(list(self.kept))


class FakeUploadParts:
    """Uploads in a dict; an upload that is being appended to stands in `busy`."""

    def __init__(self) -> None:
        self.kept: dict[str, bytearray] = {}
        self.busy: set[str] = set()

    def create(self, upload_id: str) -> None:
        self.kept[upload_id] = bytearray()

    def offset(self, upload_id: str) -> int:
        return len(self._of(upload_id))

    def append(self, upload_id: str, offset: int, parts: Iterable[bytes]) -> int:
        whole = self._of(upload_id)
        if upload_id in self.busy:
            raise refusals.UploadBusy
        if offset != len(whole):
            raise refusals.WrongOffset(len(whole))
        self.busy.add(upload_id)
        try:
            for part in parts:
                whole += part
        finally:
            self.busy.remove(upload_id)
        return len(whole)

    def read(self, upload_id: str) -> Iterator[bytes]:
        yield bytes(self._of(upload_id))

    def remove(self, upload_id: str) -> None:
        self.kept.pop(upload_id, None)

    def _of(self, upload_id: str) -> bytearray:
        if upload_id not in self.kept:
            raise refusals.NotFound
        return self.kept[upload_id]


class FakeCataloguers:
    """Reads real EPUBs, and "PDFs" whose lines are a title and then the text of each page."""

    def __init__(self, files: FakeBookFiles) -> None:
        self._files = files

    def catalogue(self, file_id: str, file_name: str) -> CatalogueRecord:
        with self._files.open(file_id) as file:
            if file.read(2) == b"PK":
                file.seek(0)
                return catalogue_epub(file, file_name)
        title, *pages = self._files.kept[file_id].decode().splitlines()
        if not title.startswith("%PDF-"):
            raise refusals.NotABook
        aid = {"pages": len(pages), "sizes": [], "labels": [], "toc": []}
        return CatalogueRecord(
            media_type="application/pdf",
            title=title.removeprefix("%PDF-").strip() or file_name,
            authors=("Ana María Matute",),
            language="es",
            description="",
            publisher="",
            published="",
            identifiers=(),
            extent=len(pages),
            cover=b"a cover",
            finding_aid=json.dumps(aid).encode(),
        )

    def cover(self, image: bytes) -> bytes:
        if not image.startswith(b"picture"):
            raise refusals.UnacceptableInput("cover", "is not a picture")
        return b"cover of " + image


class FakePageDrawing:
    """Draws a page of a fake "PDF" by writing its text down; counts how often it had to."""

    def __init__(self, files: FakeBookFiles) -> None:
        self._files = files
        self.drawn = 0

    def page(self, file_id: str, index: int, width: int) -> Drawing:
        self.drawn += 1
        return Drawing("image/webp", f"{self._page(file_id, index)} at {width}".encode())

    def tile(self, file_id: str, index: int, column: int, row: int, width: int) -> Drawing:
        self.drawn += 1
        return Drawing("image/webp", f"{self._page(file_id, index)} at {width}, {column}/{row}".encode())

    def text(self, file_id: str, index: int) -> PageText:
        links = [PageLink((10, 30, 50, 20), 0), PageLink((10, 60, 50, 20), None, "https://example.org/")]
        return PageText(600, 800, [(0, 0, 600, 20, self._page(file_id, index))], links)

    def words(self, file_id: str, first: int, count: int) -> list[str | None]:
        """At most three pages at once, as if time were short; a page that says "damaged" is."""
        pages = [self._page(file_id, first)]
        with contextlib.suppress(refusals.NoSuchPart):
            pages += [self._page(file_id, index) for index in range(first + 1, first + min(count, 3))]
        return [None if page == "damaged" else page.replace("/", "\n") + "\n" for page in pages]

    def traits(self, file_id: str) -> PdfTraits:
        """A book whose first page says "scan" has only pictures, and none is tagged."""
        return PdfTraits(tagged=False, has_text=self._page(file_id, 0) != "scan")

    def _page(self, file_id: str, index: int) -> str:
        with self._files.open(file_id) as file:
            pages = file.read().decode().splitlines()[1:]
        if not 0 <= index < len(pages):
            raise refusals.NoSuchPart
        return pages[index]


class FakeSealer:
    """Turns an opening around and writes its place before it; hashes entries with a word."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def random(self) -> bytes:
        return next(self._numbers).to_bytes(32)

    def seal(self, salt: bytes, number: int, field: Field, patron_id: str, opening: bytes) -> bytes:
        return self._label(salt, number, field, patron_id) + opening[::-1]

    def open(self, salt: bytes, sealed: SealedOpening) -> bytes:
        label = self._label(salt, sealed.number, sealed.field, sealed.patron_id)
        if not sealed.sealed.startswith(label):
            raise NotOpened
        return sealed.sealed.removeprefix(label)[::-1]

    def mac(self, leaf: bytes) -> bytes:
        return sha256(b"secret" + leaf).digest()

    def _label(self, salt: bytes, number: int, field: Field, patron_id: str) -> bytes:
        return f"{salt.hex()}/{number}/{field}/{patron_id}:".encode()


class FakeOutpost:
    """Keeps the latest checkpoint in a hand."""

    def __init__(self) -> None:
        self.note: Note | None = None
        self.texts: set[str] = set()
        self.trouble = ""

    def keep(self, note: Note) -> None:
        self.note = note

    def kept(self) -> Note | None:
        if self.trouble:
            raise Malformed(self.trouble)
        return self.note

    def acknowledge(self, lost: str) -> None:
        self.texts.add(lost)

    def acknowledged(self) -> frozenset[str]:
        return frozenset(self.texts)


class FakeLogKeys:
    """A real key that no file keeps: whoever checks a signature wants a real one."""

    def __init__(self) -> None:
        self._keeper = Keeper()

    def verifier(self, origin: str) -> Verifier:
        return replace(self._keeper.verifier, name=origin)

    def sign(self, message: bytes) -> bytes:
        return self._keeper.sign(message)

    def check(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        return check(public_key, signature, message)
