from datetime import timedelta

import pytest

from lending import refusals
from lending.ports.records import Role
from lending.services.accounts import (
    INVITATION_LASTS,
    SESSION_LASTS,
    TRIES_PER_ADDRESS,
    TRIES_PER_NAME_AND_ADDRESS,
    NewAccount,
)
from lending.services.actors import Actor
from tests.services.conftest import House
from tests.services.making import LIBRARIAN, OWNER

EVA = NewAccount("Eva", "Eva Gómez", "correct horse")
HOME = "192.0.2.1"
TICK = timedelta(milliseconds=1)


def test_an_invitation_becomes_a_signed_in_account(house: House) -> None:
    secret = house.accounts.invite(LIBRARIAN)
    signed_in = house.accounts.accept(secret, EVA)
    assert signed_in.account.roles == {Role.LIBRARIAN}
    assert (signed_in.account.sign_in_name, signed_in.account.name) == ("eva", "Eva Gómez")
    assert house.accounts.of_session(signed_in.session_secret) == Actor(signed_in.account)


def test_an_invitation_serves_once(house: House) -> None:
    secret = house.accounts.invite(OWNER)
    house.accounts.accept(secret, EVA)
    with pytest.raises(refusals.InvitationInvalid):
        house.accounts.accept(secret, NewAccount("kim", "Kim", "correct horse"))


def test_an_invitation_ends_after_two_days(house: House) -> None:
    secret = house.accounts.invite(OWNER)
    house.clock.go_on(INVITATION_LASTS)
    with pytest.raises(refusals.InvitationInvalid):
        house.accounts.accept(secret, EVA)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (NewAccount("ana", "Another Ana", "correct horse"), refusals.NameTaken),
        (NewAccount("eva", "", "too short"), refusals.UnacceptableInput),
        (NewAccount("eva", "", "x" * 1025), refusals.UnacceptableInput),
        (NewAccount(" \t", "Eva", "correct horse"), refusals.UnacceptableInput),
        (NewAccount("e" * 101, "Eva", "correct horse"), refusals.UnacceptableInput),
    ],
)
def test_a_refused_acceptance_leaves_the_invitation_good(
    house: House, wrong: NewAccount, refusal: type[refusals.Refusal]
) -> None:
    secret = house.accounts.invite(OWNER)
    with pytest.raises(refusal):
        house.accounts.accept(secret, wrong)
    house.accounts.accept(secret, EVA)


def test_who_gives_no_name_is_called_as_they_sign_in(house: House) -> None:
    account = house.accounts.add(NewAccount("  Eva\x00 Gómez ", "", "correct horse"), OWNER)
    assert (account.sign_in_name, account.name) == ("eva gómez", "Eva Gómez")


def test_an_empty_library_knows_that_it_is(house: House) -> None:
    assert not house.accounts.nobody_yet()
    house.library.cabinet.accounts.clear()
    assert house.accounts.nobody_yet()


@pytest.mark.parametrize("typed", ["Eva Gómez", " EVA  GÓMEZ ", "eva go\u0301mez", "ｅva gómez"])
def test_a_name_signs_in_however_it_is_typed(house: House, typed: str) -> None:
    account = house.accounts.add(NewAccount("Eva Gómez", "", "correct horse"), OWNER)
    assert house.accounts.sign_in(typed, "correct horse", HOME).account == account
    assert house.accounts.actor_named(typed) == Actor(account)
    with pytest.raises(refusals.NameTaken):
        house.accounts.add(NewAccount(typed, "", "correct horse"), OWNER)


def test_a_wrong_name_and_a_wrong_password_are_told_alike_and_take_alike(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    with pytest.raises(refusals.WrongCredentials) as wrong_password:
        house.accounts.sign_in("eva", "wrong horse", HOME)
    with pytest.raises(refusals.WrongCredentials) as wrong_name:
        house.accounts.sign_in("nobody", "correct horse", HOME)
    assert str(wrong_password.value) == str(wrong_name.value)
    assert wrong_password.value.facts == wrong_name.value.facts
    assert house.passwords.tried_for_nobody == 1


def test_a_stranger_who_guesses_locks_out_only_themselves(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    for _ in range(TRIES_PER_NAME_AND_ADDRESS):
        with pytest.raises(refusals.WrongCredentials):
            house.accounts.sign_in("eva", "guess", "198.51.100.9")
    with pytest.raises(refusals.TooManyTries) as refused:
        house.accounts.sign_in("eva", "correct horse", "198.51.100.9")
    assert refused.value.wait > timedelta(0)
    house.accounts.sign_in("eva", "correct horse", HOME)


def test_an_address_can_not_try_one_name_after_another(house: House) -> None:
    for number in range(TRIES_PER_ADDRESS):
        with pytest.raises(refusals.WrongCredentials):
            house.accounts.sign_in(f"name {number}", "guess", HOME)
    with pytest.raises(refusals.TooManyTries):
        house.accounts.sign_in("one more", "guess", HOME)


def test_all_addresses_of_one_ipv6_household_are_one_guesser(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    for number in range(TRIES_PER_NAME_AND_ADDRESS):
        with pytest.raises(refusals.WrongCredentials):
            house.accounts.sign_in("eva", "guess", f"2001:db8:1:2:{number:x}::{number:x}")
    with pytest.raises(refusals.TooManyTries):
        house.accounts.sign_in("eva", "correct horse", "2001:db8:1:2:ffff::1")
    house.accounts.sign_in("eva", "correct horse", "2001:db8:1:3::1")


def test_ipv4_written_as_ipv6_is_still_one_address(house: House) -> None:
    for _ in range(TRIES_PER_NAME_AND_ADDRESS):
        with pytest.raises(refusals.WrongCredentials):
            house.accounts.sign_in("eva", "guess", "::ffff:192.0.2.7")
    with pytest.raises(refusals.TooManyTries):
        house.accounts.sign_in("eva", "guess", "192.0.2.7")
    with pytest.raises(refusals.WrongCredentials):
        house.accounts.sign_in("eva", "guess", "::ffff:192.0.2.8")


def test_signing_in_forgets_ones_own_slips(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    for _ in range(3):
        for _slip in range(TRIES_PER_NAME_AND_ADDRESS - 1):
            with pytest.raises(refusals.WrongCredentials):
                house.accounts.sign_in("eva", "slip", HOME)
        house.accounts.sign_in("eva", "correct horse", HOME)


def test_a_session_lasts_thirty_days(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    secret = house.accounts.sign_in("eva", "correct horse", HOME).session_secret
    house.clock.go_on(SESSION_LASTS - TICK)
    house.accounts.of_session(secret)
    house.clock.go_on(TICK)
    with pytest.raises(refusals.NotSignedIn):
        house.accounts.of_session(secret)


def test_who_signed_out_is_not_signed_in(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    here = house.accounts.sign_in("eva", "correct horse", HOME).session_secret
    there = house.accounts.sign_in("eva", "correct horse", HOME).session_secret
    house.accounts.sign_out(here)
    with pytest.raises(refusals.NotSignedIn):
        house.accounts.of_session(here)
    house.accounts.of_session(there)


def test_a_new_password_ends_every_other_session(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    old = house.accounts.sign_in("eva", "correct horse", HOME)
    new = house.accounts.change_password(Actor(old.account), "correct horse", "battery staple")
    house.accounts.of_session(new.session_secret)
    with pytest.raises(refusals.NotSignedIn):
        house.accounts.of_session(old.session_secret)
    house.accounts.sign_in("eva", "battery staple", HOME)
    with pytest.raises(refusals.WrongCredentials):
        house.accounts.sign_in("eva", "correct horse", HOME)


def test_a_password_changes_only_for_who_knows_it(house: House) -> None:
    eva = Actor(house.accounts.add(EVA, OWNER))
    with pytest.raises(refusals.WrongCredentials):
        house.accounts.change_password(eva, "wrong horse", "battery staple")
    with pytest.raises(refusals.UnacceptableInput):
        house.accounts.change_password(eva, "correct horse", "short")
    with pytest.raises(refusals.NotAllowed):
        house.accounts.change_password(
            Actor(eva.account, may_change=False), "correct horse", "battery staple"
        )
    house.accounts.sign_in("eva", "correct horse", HOME)


def test_the_operator_resets_a_password(house: House) -> None:
    house.accounts.add(EVA, OWNER)
    old = house.accounts.sign_in("eva", "correct horse", HOME)
    house.accounts.reset_password("EVA", "battery staple")
    house.accounts.sign_in("eva", "battery staple", HOME)
    with pytest.raises(refusals.NotSignedIn):
        house.accounts.of_session(old.session_secret)
    with pytest.raises(refusals.NotFound):
        house.accounts.reset_password("nobody", "battery staple")


def test_a_token_acts_for_its_owner(house: House) -> None:
    record, secret = house.accounts.make_token(house.ana, " Backup ", read_only=False)
    assert secret.startswith("lend_pat_")
    assert record.label == "Backup"
    assert secret not in repr(house.library.cabinet)
    assert house.accounts.of_token(secret) == house.ana
    _, read_only = house.accounts.make_token(house.ana, "Look", read_only=True)
    assert not house.accounts.of_token(read_only).may_change


def test_a_revoked_token_is_worthless_at_once(house: House) -> None:
    record, secret = house.accounts.make_token(house.ana, "Backup", read_only=False)
    with pytest.raises(refusals.NotFound):
        house.accounts.revoke_token(house.zoe, record.id)
    house.accounts.revoke_token(house.ana, record.id)
    with pytest.raises(refusals.NotSignedIn):
        house.accounts.of_token(secret)
    assert house.accounts.tokens(house.ana) == []


def test_a_token_that_reads_makes_and_revokes_no_token(house: House) -> None:
    record, _ = house.accounts.make_token(house.ana, "Backup", read_only=False)
    reader = Actor(house.ana.account, may_change=False)
    with pytest.raises(refusals.NotAllowed):
        house.accounts.make_token(reader, "More", read_only=False)
    with pytest.raises(refusals.NotAllowed):
        house.accounts.revoke_token(reader, record.id)
    assert house.accounts.tokens(reader) == [record]


def test_a_tokens_last_use_is_noted_every_five_minutes_at_most(house: House) -> None:
    _, secret = house.accounts.make_token(house.ana, "Backup", read_only=False)
    first = house.clock.now()
    noted = []
    for minutes in (0, 5, 1):
        house.clock.go_on(timedelta(minutes=minutes))
        house.accounts.of_token(secret)
        noted.append(house.accounts.tokens(house.ana)[0].last_used_at)
    assert noted == [first, first, first + timedelta(minutes=6)]


@pytest.mark.parametrize("secret", ["", "lend_pat_", "guess"])
def test_nobody_is_signed_in_by_a_guess(house: House, secret: str) -> None:
    with pytest.raises(refusals.NotSignedIn):
        house.accounts.of_token(secret)
    with pytest.raises(refusals.NotSignedIn):
        house.accounts.of_session(secret)


def test_no_secret_is_kept_as_it_is(house: House) -> None:
    invitation = house.accounts.invite(OWNER)
    session = house.accounts.accept(invitation, EVA).session_secret
    kept = repr([vars(house.library.cabinet)])
    kept += "".join(map(str, [*house.library.cabinet.sessions, *house.library.cabinet.invitations]))
    assert invitation not in kept
    assert session not in kept
    assert EVA.password not in kept


def test_everybody_is_listed_for_the_operator(house: House) -> None:
    assert {account.id for account in house.accounts.all()} == {"ana", "zoe", "lib"}
    with pytest.raises(refusals.NotFound):
        house.accounts.actor_named("nobody")
