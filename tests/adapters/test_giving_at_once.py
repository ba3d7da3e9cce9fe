"""Copies change hands at the same moment, on real databases: each is somebody's, once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lending import refusals
from lending.adapters.sql.library import SqlLibrary
from lending.circulation.passing import Words
from lending.ports.records import ShelfQuery
from lending.services.actors import Actor
from lending.services.giving import Giving
from tests.services.fakes import FakeBookFiles, FakeClock, FakeIds, FakeLinkTokens
from tests.services.making import an_account, shelve

ANA, ZOE, KIM = (Actor(an_account(name, name.title())) for name in ("ana", "zoe", "kim"))
ROUNDS = 5


@pytest.fixture
def giving(sql_library: SqlLibrary, ids: FakeIds) -> Giving:
    """Ana and Zoë each have a book, of two sealed files; Kim has none."""
    files = FakeBookFiles(ids)
    for copy_id, owner_id in (("copy", "ana"), ("theirs", "zoe")):
        kept = {f"{kind} of {copy_id}": copy_id.encode() for kind in ("file", "aid")}
        files.kept |= kept
        file_id, aid_id = kept
        shelve(
            sql_library,
            copy_id,
            f"edition of {copy_id}",
            owner_id=owner_id,
            file_id=file_id,
            finding_aid_id=aid_id,
            fingerprint=f"{copy_id:x<64}",
        )
    with sql_library.change() as desk:
        desk.accounts.add(KIM.account)
    return Giving(sql_library, FakeClock(), ids, files, FakeLinkTokens())


def at_once(giving: Giving, *acts: tuple[Actor, str]) -> list[str]:
    """Each accepts a gift in the same moment; what each got: a copy's id, or a refusal's code."""
    ready = Barrier(len(acts))

    def accept(who: Actor, token: str) -> str:
        ready.wait(10)
        try:
            return giving.accept(who, token).copy.id
        except refusals.Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return [answer.result(60) for answer in [pool.submit(accept, *act) for act in acts]]


def shelf_of(giving: Giving, who: Actor) -> list[str]:
    with giving.library.read() as desk:
        return [entry.copy.id for entry in desk.collection.shelf(ShelfQuery(who.id))[0]]


def test_two_who_give_to_each_other_at_once_do_not_wait_for_each_other(giving: Giving) -> None:
    first, second = ANA, ZOE
    for _ in range(ROUNDS):
        to_second = giving.offer(first, "copy", Words()).token
        to_first = giving.offer(second, "theirs", Words()).token
        assert at_once(giving, (second, to_second), (first, to_first)) == ["copy", "theirs"]
        first, second = second, first
    assert isinstance(giving.files, FakeBookFiles)
    assert len(giving.files.kept) == 4


def test_of_two_who_accept_one_gift_at_once_one_has_it(giving: Giving) -> None:
    token = giving.offer(ANA, "copy", Words()).token
    assert sorted(at_once(giving, (ZOE, token), (KIM, token))) == ["copy", "gift-taken"]
    assert ("copy" in shelf_of(giving, ZOE)) != ("copy" in shelf_of(giving, KIM))
    assert isinstance(giving.files, FakeBookFiles)
    assert len(giving.files.kept) == 4


def test_who_presses_twice_at_once_is_answered_twice_the_same(giving: Giving) -> None:
    token = giving.offer(ANA, "copy", Words()).token
    assert at_once(giving, (KIM, token), (KIM, token)) == ["copy", "copy"]
    assert shelf_of(giving, KIM) == ["copy"]
