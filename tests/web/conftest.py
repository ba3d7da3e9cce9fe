"""A library of its own for each test: real services over SQLite in a folder; a clock set by hand."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.bootstrap import Services, build, prepare
from lending.config import Settings
from lending.ports.records import Role
from lending.services.accounts import NewAccount
from lending.services.actors import Actor
from lending.web.app import create_app
from lending.web.assets import Assets
from tests.replaying import LoanRows
from tests.web import asking_again

PASSWORD = "a long enough password"


class HandClock:
    """Shows the time that it was set to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def forward(self, period: timedelta) -> None:
        self.time += period


@pytest.fixture(scope="session")
def empty_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with nothing but schema and keys: made once, copied for each test."""
    home = tmp_path_factory.mktemp("empty")
    prepare(Settings(home=home))
    return home


@pytest.fixture
def settings(empty_library: Path, tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(empty_library, home)
    return Settings(home=home, largest_file=4 << 20)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def services(settings: Settings, clock: HandClock) -> Iterator[Services]:
    built = build(settings, clock=clock, passwords=Argon2Passwords(cheaper=True))
    yield built
    built.upkeep.close()


@pytest.fixture(scope="session", autouse=True)
def any_front_end() -> Iterator[None]:
    """These tests are of HTTP: they need no build of the front end, and an old one can't mislead them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Assets, "built", classmethod(lambda cls: cls(AnyVersion())))
        yield


@pytest.fixture
def log_is_checked() -> bool:
    """A test that writes past the library, as nobody may, says no."""
    return True


@pytest.fixture
def app(
    services: Services,
    settings: Settings,
    clock: HandClock,
    log_is_checked: bool,
) -> Iterator[Flask]:
    """When the test is over, the log is right, and nothing of its loans is answered any more: see
    `tests.replaying`."""
    house = create_app(services, settings)
    asked = asking_again.listen(house)
    yield house
    assert not log_is_checked or services.verifying.verify().faults == []
    asking_again.after_the_end(house, asked, LoanRows(settings.home / "library.db"), clock.now())


class AnyVersion(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "unbuilt"


def signed_in(app: Flask, services: Services, name: str, *roles: Role) -> FlaskClient:
    """A browser in which somebody new has signed in."""
    services.accounts.add(NewAccount(name, name.title(), PASSWORD), frozenset(roles))
    client = app.test_client()
    client.set_cookie("session", services.accounts.sign_in(name, PASSWORD, "test").session_secret)
    return client


@pytest.fixture
def owner(app: Flask, services: Services) -> FlaskClient:
    return signed_in(app, services, "ana", Role.OWNER)


@pytest.fixture
def other_owner(app: Flask, services: Services) -> FlaskClient:
    return signed_in(app, services, "berta", Role.OWNER)


@pytest.fixture
def librarian(app: Flask, services: Services) -> FlaskClient:
    return signed_in(app, services, "libro", Role.LIBRARIAN)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser that nobody knows."""
    return app.test_client()


@pytest.fixture
def ana(owner: FlaskClient, services: Services) -> Actor:
    """The account behind `owner`."""
    return services.accounts.actor_named("ana")
