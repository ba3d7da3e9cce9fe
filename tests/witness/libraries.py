"""A library that is really served, with a loan log to watch, and whose data folder can be put back."""

import io
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from wsgiref.types import WSGIApplication

from werkzeug.serving import make_server

from lending import bootstrap
from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.bootstrap import Services
from lending.config import Settings
from lending.ledger.notes import Verifier
from lending.ports.records import Role
from lending.ports.world import Clock
from lending.services.accounts import NewAccount
from lending.web.app import create_app
from tests.cli.conftest import PASSWORD
from tests.web import books


@contextmanager
def served(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Its address, for as long as it answers there."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Place:
    """Where a library is."""

    home: Path
    clock: Clock
    witnesses: str = ""

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, witnesses=self.witnesses)

    @contextmanager
    def opened(self) -> Iterator[Services]:
        bootstrap.prepare(self.settings)
        services = bootstrap.build(self.settings, clock=self.clock, passwords=Argon2Passwords(cheaper=True))
        yield services
        services.upkeep.close()

    @contextmanager
    def open_to_all(self) -> Iterator[str]:
        with self.opened() as services, served(create_app(services, self.settings)) as url:
            yield url

    def log_key(self) -> Verifier:
        with self.opened() as services:
            return services.logkeeping.verifier()

    def goes_on(self, title: str) -> int:
        """A book comes in, and what happened is signed; how many entries there are."""
        with self.opened() as services:
            return goes_on(services, title)

    def copied_to(self, folder: Path) -> "Place":
        """As it is now, for later: nobody has it open."""
        shutil.copytree(self.home, folder)
        return replace(self, home=folder)

    def put_back(self, backup: "Place", *, wholly: bool = True) -> None:
        """The database is the older one again; wholly, and the checkpoint that lies beside it too: then the
        library can't know."""
        if wholly:
            shutil.rmtree(self.home / "log")
            shutil.copytree(backup.home / "log", self.home / "log")
        for path in self.home.glob("library.db*"):
            path.unlink()
        for path in backup.home.glob("library.db*"):
            shutil.copy(path, self.home / path.name)


def goes_on(services: Services, title: str) -> int:
    if services.accounts.nobody_yet():
        services.accounts.add(NewAccount("ana", "Ana", PASSWORD), frozenset({Role.OWNER}))
    owner = services.accounts.actor_named("ana")
    data = books.epub(title)
    services.acquisitions.add_file(owner, "book.epub", io.BytesIO(data), len(data))
    signed = services.logkeeping.checkpoint()
    assert signed is not None
    return signed.size
