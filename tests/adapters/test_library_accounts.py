"""Every library, fake or real: who signs in, and how."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.ports.library import Library
from lending.ports.records import AccessToken, Invitation, Role, Session
from tests.services.fakes import NOON
from tests.services.making import LIBRARIAN, OWNER, an_account, shelve

HOUR = timedelta(hours=1)
BOTH = OWNER | LIBRARIAN


@pytest.fixture(autouse=True)
def _ana_is_here(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add(an_account("ana", "Ana Pérez", BOTH))


def test_an_account_comes_back_as_it_was_added(library: Library) -> None:
    with library.read() as desk:
        assert desk.accounts.get("ana") == an_account("ana", "Ana Pérez", BOTH)
        assert desk.accounts.by_sign_in_name("ana pérez") == desk.accounts.get("ana")
        assert desk.accounts.by_sign_in_name("ana p_rez") is None
        assert desk.accounts.by_sign_in_name("Ana Pérez") is None


def test_an_unknown_account_is_not_found(library: Library) -> None:
    with library.read() as desk, pytest.raises(refusals.NotFound):
        desk.accounts.get("nobody")


def test_one_sign_in_name_is_one_account(library: Library) -> None:
    with pytest.raises(refusals.NameTaken), library.change() as desk:
        desk.accounts.add(an_account("other", "Ana Pérez"))
    with library.read() as desk:
        assert [account.id for account in desk.accounts.all()] == ["ana"]


def test_accounts_are_counted_and_listed_oldest_first(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add(an_account("luis", "Luis"))
        assert desk.accounts.count() == 2
        assert {account.id for account in desk.accounts.all()} == {"ana", "luis"}


def test_a_password_can_be_replaced(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.set_password("ana", "another hash")
    with library.read() as desk:
        assert desk.accounts.get("ana").password_hash == "another hash"


def test_an_invitation_is_used_once(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add_invitation(Invitation("h", frozenset({Role.LIBRARIAN}), NOON + HOUR))
        used = desk.accounts.use_invitation("h", NOON)
        assert used == Invitation("h", frozenset({Role.LIBRARIAN}), NOON + HOUR, NOON)
    with pytest.raises(refusals.InvitationInvalid), library.change() as desk:
        desk.accounts.use_invitation("h", NOON)


def test_a_librarians_charge_is_kept_also_by_an_invitation(library: Library) -> None:
    charge = frozenset({"ana", "zoë"})
    with library.change() as desk:
        desk.accounts.add(an_account("leo", "Leo", frozenset({Role.LIBRARIAN})))
        desk.accounts.add_invitation(Invitation("h", frozenset({Role.LIBRARIAN}), NOON + HOUR, charge=charge))
        assert desk.accounts.use_invitation("h", NOON).charge == charge
        assert desk.accounts.get("leo").charge is None
        desk.accounts.set_charge("leo", charge)
        assert desk.accounts.get("leo").charge == charge
        desk.accounts.set_charge("leo", frozenset())
        assert desk.accounts.get("leo").charge == frozenset()
        desk.accounts.set_charge("leo", None)
        assert desk.accounts.get("leo").charge is None


def test_who_leaves_all_charges_is_looked_after_by_nobody(library: Library) -> None:
    charges = {"all": None, "both": {"ana", "zoë"}, "one": {"ana"}, "other": {"ana 2", "an"}, "none": set()}
    kept = {key: None if of is None else frozenset(of) for key, of in charges.items()}
    with library.change() as desk:
        for key, charge in kept.items():
            desk.accounts.add(replace(an_account(key, key, LIBRARIAN), charge=charge))
            desk.accounts.add_invitation(Invitation(key, LIBRARIAN, NOON + HOUR, charge=charge))
    with library.change() as desk:
        desk.accounts.leave_charges("ana")
    left = kept | {"both": frozenset({"zoë"}), "one": frozenset()}
    with library.change() as desk:
        assert {key: desk.accounts.get(key).charge for key in kept} == left
        assert {key: desk.accounts.use_invitation(key, NOON).charge for key in kept} == left


def test_an_invitation_until_noon_ends_at_noon(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add_invitation(Invitation("h", OWNER, NOON))
    with pytest.raises(refusals.InvitationInvalid), library.change() as desk:
        desk.accounts.use_invitation("h", NOON)
    with library.change() as desk:
        desk.accounts.use_invitation("h", NOON - timedelta(milliseconds=1))


def test_an_invitation_that_was_never_made_is_invalid(library: Library) -> None:
    with pytest.raises(refusals.InvitationInvalid), library.change() as desk:
        desk.accounts.use_invitation("unheard of", NOON)


def test_a_session_is_good_until_it_expires(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add_session(Session("s", "ana", NOON))
    with library.read() as desk:
        found = desk.accounts.by_session("s", NOON - timedelta(milliseconds=1))
        assert found is not None
        assert found.id == "ana"
        assert desk.accounts.by_session("s", NOON) is None
        assert desk.accounts.by_session("another", NOON - HOUR) is None


def test_ended_sessions_are_forgotten(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add(an_account("luis", "Luis"))
        for secret, who in (("1", "ana"), ("2", "ana"), ("3", "ana"), ("4", "luis")):
            desk.accounts.add_session(Session(secret, who, NOON + HOUR))
        desk.accounts.end_session("1")
        assert desk.accounts.by_session("1", NOON) is None
        assert desk.accounts.by_session("2", NOON) is not None
        desk.accounts.end_sessions_of("ana")
        assert desk.accounts.by_session("2", NOON) is None
        assert desk.accounts.by_session("4", NOON) is not None


def test_ending_a_session_that_is_not_there_is_fine(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.end_session("never was")


def token(number: int, account_id: str = "ana", *, read_only: bool = False) -> AccessToken:
    made = NOON + timedelta(minutes=number)
    return AccessToken(f"t{number}", account_id, "Backup", read_only, f"hash {number}", made)


def test_a_token_tells_whose_it_is(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add_token(token(1, read_only=True))
    with library.read() as desk:
        found = desk.accounts.by_token("hash 1")
        assert found == (desk.accounts.get("ana"), token(1, read_only=True))
        assert desk.accounts.by_token("hash 2") is None


def test_the_last_use_of_a_token_is_noted(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add_token(token(1))
        desk.accounts.token_used("t1", NOON + HOUR)
        assert desk.accounts.tokens_of("ana")[0].last_used_at == NOON + HOUR


def test_tokens_are_listed_newest_first_and_only_ones_own(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add(an_account("luis", "Luis"))
        for one in (token(1), token(3), token(2), token(4, "luis")):
            desk.accounts.add_token(one)
        assert [one.id for one in desk.accounts.tokens_of("ana")] == ["t3", "t2", "t1"]


def test_a_token_is_removed_by_its_owner_alone(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add(an_account("luis", "Luis"))
        desk.accounts.add_token(token(1))
        with pytest.raises(refusals.NotFound):
            desk.accounts.remove_token("luis", "t1")
        desk.accounts.remove_token("ana", "t1")
        assert desk.accounts.by_token("hash 1") is None
        with pytest.raises(refusals.NotFound):
            desk.accounts.remove_token("ana", "t1")


def test_an_account_to_which_nothing_points_is_erased_whole(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add_session(Session("s", "ana", NOON + HOUR))
        desk.accounts.add_token(token(1))
        assert not desk.accounts.erase("ana", NOON)
    with library.read() as desk:
        assert desk.accounts.by_session("s", NOON) is None
        assert desk.accounts.by_token("hash 1") is None
        with pytest.raises(refusals.NotFound):
            desk.accounts.get("ana")


def test_an_account_to_which_something_points_stays_without_a_name(library: Library) -> None:
    shelve(library)
    with library.change() as desk:
        desk.accounts.add(an_account("luis", "Luis"))
        assert desk.accounts.erase("ana", NOON)
        desk.accounts.add_session(Session("s", "ana", NOON + HOUR))
        desk.accounts.add_token(token(1))
        desk.accounts.set_password("ana", "a hash")
    with library.read() as desk:
        left = desk.accounts.get("ana")
        assert (left.name, left.roles, left.password_hash) == ("", frozenset(), "")
        assert desk.accounts.by_sign_in_name(left.sign_in_name) is None
        assert desk.accounts.by_sign_in_name("ana pérez") is None
        assert desk.accounts.by_session("s", NOON) is None, "not even one that was opened meanwhile"
        assert desk.accounts.by_token("hash 1") is None
        assert [account.id for account in desk.accounts.all()] == ["luis"]
        assert desk.accounts.count() == 1
    with library.change() as desk:
        desk.accounts.add(an_account("other", "Ana Pérez"))
        with pytest.raises(refusals.NotFound):
            desk.collection.hold("ana")
        desk.collection.hold("other")
