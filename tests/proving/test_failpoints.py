"""At which moment a server dies, and what is in the database then."""

import threading
import time

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from lending.adapters.sql.engine import connect
from lending.adapters.sql.tables import link
from lending.config import Settings
from tests.proving import failpoints
from tests.proving.clock import ClockMover
from tests.proving.failpoints import Step, header, last_words
from tests.proving.houses import furnish
from tests.proving.server import Plan, make_app


class DiedError(BaseException):
    """Instead of dying. Nothing in the product catches it."""


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the server would have died."""
    died: list[str] = []

    def die(where: str) -> None:
        died.append(where)
        if threading.current_thread() is threading.main_thread():
            raise DiedError

    monkeypatch.setattr(failpoints, "die", die)
    return died


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, str, dict[Step, str]]:
    """A library with its owner's token and a copy for each step."""
    folder = tmp_path_factory.mktemp("proving")
    settings = Settings(home=folder / "data")
    token, copies = furnish(settings, len(Step))
    ClockMover(folder / "clock")
    return Plan(settings, folder / "clock", folder / "log"), token, dict(zip(Step, copies, strict=True))


@pytest.mark.parametrize("step", list(Step))
def test_a_server_dies_where_it_was_asked_to(
    step: Step, deaths: list[str], library: tuple[Plan, str, dict[Step, str]]
) -> None:
    plan, token, copies = library
    client, copy = Client(make_app(plan)), copies[step]
    headers = {"Authorization": f"Bearer {token}", **dict([header("make-link", step)])}

    def make_link() -> int:
        with client.post(f"/api/v1/copies/{copy}/link", json={}, headers=headers) as answer:
            return answer.status_code

    if step is Step.AFTER_RESPONSE:
        assert make_link() == 201
        until = time.monotonic() + 10
        while not deaths and time.monotonic() < until:
            time.sleep(0.01)
    else:
        with pytest.raises(DiedError):
            make_link()
    assert deaths == [f"make-link {step}"]
    with connect(plan.settings.database).connect() as connection:
        links = select(func.count()).where(link.c.copy_id == copy)
        made = connection.execute(links).scalar_one()
    assert made == (step in (Step.AFTER_COMMIT_BEFORE_RESPONSE, Step.AFTER_RESPONSE))


def test_last_words_are_read_from_a_log() -> None:
    log = '{"message": "Started"}\ndied at claim before_begin\n{"message": "died at claim"}\n'
    assert last_words(log) == [("claim", "before_begin")]
