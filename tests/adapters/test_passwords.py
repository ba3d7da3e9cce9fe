"""Passwords, by argon2id and by the fake."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.ports.people import Passwords
from tests.services.fakes import FakePasswords


@pytest.fixture(params=["fake", "argon2"])
def passwords(request: pytest.FixtureRequest) -> Passwords:
    return FakePasswords() if request.param == "fake" else Argon2Passwords(cheaper=True)


@pytest.mark.parametrize("password", ["correct horse", "señor 🐎", "x" * 1024, " spaces count "])
def test_a_password_matches_itself_alone(passwords: Passwords, password: str) -> None:
    kept = passwords.hash(password)
    assert kept != password
    assert passwords.matches(kept, password)
    for other in ("", password + "x", password.upper(), password.strip() + "\0"):
        assert other == password or not passwords.matches(kept, other)


@pytest.mark.parametrize("kept", ["", "hash", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_what_is_no_hash_matches_nothing(passwords: Passwords, kept: str) -> None:
    assert not passwords.matches(kept, "")
    assert not passwords.matches(kept, "correct horse")


def test_one_password_is_never_hashed_alike() -> None:
    passwords = Argon2Passwords(cheaper=True)
    assert passwords.hash("correct horse") != passwords.hash("correct horse")


def test_servers_use_the_costs_of_rfc_9106() -> None:
    """The second recommended option: 64 MiB, three passes, four lanes."""
    assert Argon2Passwords().hash("correct horse").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    passwords = Argon2Passwords()
    kept = passwords.hash("correct horse")
    wrong = min(_seconds(lambda: passwords.matches(kept, "wrong horse")) for _ in range(3))
    nobody = min(_seconds(lambda: passwords.matches_nobody("wrong horse")) for _ in range(3))
    assert 0.3 < nobody / wrong < 3


def _seconds(act: object) -> float:
    assert callable(act)
    began = time.process_time()  # not what other programs take meanwhile
    act()
    return time.process_time() - began


def test_a_crowd_of_guesses_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MiB: forty-eight threads at once would take three gigabytes."""
    passwords = Argon2Passwords(cheaper=True, at_once=2)
    kept, inside, most = passwords.hash("correct horse"), 0, 0
    lock = threading.Lock()

    def verify(*_: object) -> bool:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.01)
        with lock:
            inside -= 1
        return True

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    with ThreadPoolExecutor(8) as crowd:
        assert all(crowd.map(lambda _: passwords.matches(kept, "guess"), range(16)))
    assert most == 2
