"""A real library and a real witness speak over HTTP: growth, a database that was put back, two histories."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lending.adapters.clock_system import SystemClock
from lending.adapters.http_bounded import ask
from lending.bootstrap import Services
from lending.ledger.notes import Note
from lending.web.assets import Assets
from lending.witness.serving import witness_app
from lending.witness.watching import RoundFailed, Watch
from tests.real.mail import free_port
from tests.web.conftest import AnyVersion, HandClock
from tests.witness.conftest import NAME, Bench
from tests.witness.libraries import Place, goes_on, served


@pytest.fixture(autouse=True)
def _any_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Assets, "built", classmethod(lambda cls: cls(AnyVersion())))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "library", HandClock())


@pytest.fixture
def laptop(place: Place, bench: Bench) -> Bench:
    """A witness of that library, which knows it."""
    bench.logs = (place.log_key(),)
    place.witnesses = str(bench.start().key.verifier)
    return bench


def watch(bench: Bench, url: str) -> Watch:
    return Watch(bench.start(), bench.logs[0], url, ask)


def standing(place: Place) -> tuple[int, str]:
    with place.opened() as services:
        (one,) = services.witnesses.standing()
    return one.size, one.alarm


def test_a_laptop_sees_the_log_grow_and_the_library_knows(place: Place, laptop: Bench) -> None:
    size = place.goes_on("First")
    with place.open_to_all() as url:
        assert watch(laptop, url).round().size == size
        assert watch(laptop, url).round().size == size, "a log that stands still is cosigned again"
    size = place.goes_on("Second")
    with place.open_to_all() as url:
        assert watch(laptop, url + "/").round().size == size
        shown = Note.parsed(ask(f"{url}/log/checkpoint").body.decode())
    assert [one.name for one in shown.signatures] == [laptop.logs[0].name, NAME]
    assert standing(place) == (size, "")
    assert laptop.told == []


def test_a_database_that_was_put_back_alarms_both(place: Place, laptop: Bench, tmp_path: Path) -> None:
    less = place.goes_on("First")
    backup = place.copied_to(tmp_path / "backup")
    more = place.goes_on("Second")
    with place.open_to_all() as url:
        watch(laptop, url).round()
    place.put_back(backup)
    with place.open_to_all() as url, pytest.raises(RoundFailed, match=f"has {less} entries and had {more}"):
        watch(laptop, url).round()
    assert f"has {less} entries and had {more} (shown by the log)" in laptop.told[0]
    assert standing(place) == (0, f"it saw {more} entries, and the log has {less}")
    place.goes_on("Another")
    with place.open_to_all() as url, pytest.raises(RoundFailed, match=f"two logs of {more} entries"):
        watch(laptop, url).round()
    assert "(proof)" in laptop.told[-1]
    assert standing(place) == (0, f"its first {more} entries are not those that are in the log now")


def test_a_library_that_says_that_it_was_put_back_is_another_log(
    place: Place, laptop: Bench, tmp_path: Path
) -> None:
    place.goes_on("First")
    backup = place.copied_to(tmp_path / "backup")
    place.goes_on("Second")
    with place.open_to_all() as url:
        watch(laptop, url).round()
    place.put_back(backup, wholly=False)
    with place.open_to_all() as url, pytest.raises(RoundFailed, match="restored from a backup"):
        watch(laptop, url).round()
    assert standing(place) == (0, ""), "its log tells what was lost"
    laptop.logs = (place.log_key(),)
    with place.open_to_all() as url:
        assert watch(laptop, url).round().origin == laptop.logs[0].name


def test_two_signed_histories_are_found_by_who_saw_one(place: Place, laptop: Bench, tmp_path: Path) -> None:
    place.goes_on("First")
    forged = place.copied_to(tmp_path / "forged")
    place.goes_on("Second")
    with place.open_to_all() as url:
        watch(laptop, url).round()
    forged.witnesses = place.witnesses
    for title in ("Not this", "Nor that"):
        forged.goes_on(title)
    with forged.open_to_all() as url, pytest.raises(RoundFailed, match="is not what it was"):
        watch(laptop, url).round()
    assert len(laptop.start().alarms.waiting()) == 1
    assert "are not those that are in the log now" in standing(forged)[1]
    assert standing(place)[1] == "", "the honest one is none the worse"


def test_a_library_that_does_not_know_the_witness_says_so(place: Place, laptop: Bench) -> None:
    place.goes_on("First")
    place.witnesses = ""
    with place.open_to_all() as url, pytest.raises(RoundFailed, match="LENDING_WITNESSES") as told:
        watch(laptop, url).round()
    assert str(laptop.start().key.verifier) in str(told.value)


def test_what_is_no_library_or_another_is_told_in_words(place: Place, laptop: Bench, tmp_path: Path) -> None:
    with pytest.raises(RoundFailed, match="can't be reached"):
        watch(laptop, "http://127.0.0.1:1").round()
    with place.open_to_all() as url, pytest.raises(RoundFailed, match="has no entries yet"):
        watch(laptop, url).round()
    place.goes_on("First")
    with place.open_to_all() as url:
        watch(laptop, url).round()
    empty = Place(tmp_path / "empty", place.clock)
    with empty.open_to_all() as url, pytest.raises(RoundFailed, match="shows no log any more"):
        watch(laptop, url).round()
    empty.goes_on("First")
    with empty.open_to_all() as url, pytest.raises(RoundFailed, match="is not known here"):
        watch(laptop, url).round()


@pytest.fixture
def pushing(place: Place, laptop: Bench) -> Iterator[Place]:
    """A library that sends its checkpoints to a witness that is served."""
    with served(witness_app(laptop.start())) as url:
        place.witnesses += f"@{url}/"
        yield place


def push(services: Services) -> None:
    (messenger,) = services.messengers
    messenger.round()


def test_the_housekeeper_takes_each_checkpoint_to_a_witness_that_is_served(pushing: Place) -> None:
    with pushing.opened() as services:
        push(services)  # nothing yet
        for title in ("First", "Second"):
            size = goes_on(services, title)
            push(services)
            (one,) = services.witnesses.standing()
            assert (one.name, one.size, one.alarm, one.is_late) == (NAME, size, "", False)
    with pushing.opened() as services:  # what it has learned is kept
        push(services)
        assert services.witnesses.standing()[0].size == size


def test_a_log_that_stands_still_is_taken_there_each_hour(pushing: Place, laptop: Bench) -> None:
    pushing.clock = clock = HandClock()
    with pushing.opened() as services:
        goes_on(services, "First")
        push(services)
        laptop.clock.moment = first = pushing.clock.now()
        for minutes in (50, 70):
            laptop.clock.moment = clock.time = first + timedelta(minutes=minutes)
            push(services)
        assert services.witnesses.standing()[0].cosigned_at == first + timedelta(minutes=70)
        note = services.witnesses.checkpoint()
    assert len(note.signatures) == 2, "of each witness the latest only"


def test_a_witness_tells_a_library_that_was_put_back(
    pushing: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    less = pushing.goes_on("First")
    backup = pushing.copied_to(tmp_path / "backup")
    with pushing.opened() as services:
        more = goes_on(services, "Second")
        push(services)
    pushing.put_back(backup)
    with pushing.opened() as services:
        push(services)
        assert services.witnesses.standing()[0].alarm == f"it saw {more} entries, and the log has {less}"
    assert any(record.levelname == "ERROR" and NAME in record.getMessage() for record in caplog.records)
    with pushing.opened() as services:
        goes_on(services, "Another")
        push(services)
        assert services.witnesses.standing()[0].alarm == f"it saw another log of {more} entries"


def test_a_witness_that_is_away_is_no_alarm_and_tried_again(
    pushing: Place, laptop: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    here = pushing.witnesses
    pushing.witnesses = here.partition("@")[0] + "@http://127.0.0.1:1"
    with pushing.opened() as services:
        goes_on(services, "First")
        push(services)
        push(services)
        assert services.witnesses.standing()[0].alarm == ""
    assert len([one for one in caplog.records if "is away" in one.getMessage()]) == 1


def test_the_commands_work_on_a_machine_without_a_library(place: Place, bench: Bench) -> None:
    """`serve` in a process of its own, asked by a library; then `watch --once` beside it."""
    place.clock = SystemClock()
    size, key = place.goes_on("First"), place.log_key()
    command = [sys.executable, "-m", "lending.cli", "log", "witness"]
    folder = ["--folder", str(bench.folder)]
    own = subprocess.run(
        [*command, "key", *folder, "--name", NAME], capture_output=True, text=True, check=True
    )
    port = free_port()
    place.witnesses = f"{own.stdout.strip()}@http://127.0.0.1:{port}"
    serving = subprocess.Popen(
        [*command, "serve", *folder, "--log", str(key), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        with place.opened() as services:
            until = time.monotonic() + 60
            while services.witnesses.standing()[0].size < size and time.monotonic() < until:
                assert serving.poll() is None
                push(services)
                time.sleep(0.2)
            assert services.witnesses.standing()[0].size == size
    finally:
        serving.terminate()
        assert serving.wait(20) == 0
    with place.open_to_all() as url:
        once = [*command, "watch", url, "--log", str(key), "--once", *folder]
        ended = subprocess.run(once, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"{size} entries, cosigned" in ended.stdout
