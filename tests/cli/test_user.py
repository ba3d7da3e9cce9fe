"""Accounts from the command line."""

from pathlib import Path

import pytest

from lending.ports.records import Role
from lending.services.passes import ClaimRequest
from lending.services.words import digest
from tests.cli.conftest import PASSWORD, Terminal


def test_the_first_account_makes_the_library(empty: Terminal) -> None:
    assert "maria can sign in as maria" in empty.add_user("maria")
    with empty.services() as services:
        signed_in = services.accounts.sign_in("maria", PASSWORD, "127.0.0.1")
    assert signed_in.account.roles == {Role.OWNER}


def test_the_password_is_asked_for_twice(empty: Terminal) -> None:
    empty.do("user", "add", "maria", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    with empty.services() as services:
        services.accounts.sign_in("maria", PASSWORD, "127.0.0.1")


def test_one_person_may_be_owner_and_librarian(empty: Terminal) -> None:
    empty.add_user("maria", "--role", "owner", "--role", "librarian")
    assert "owner, librarian" in empty.do("user", "list")


def test_a_librarian_may_be_one_of_some_owners(terminal: Terminal) -> None:
    terminal.add_user("pau")
    terminal.add_user("lola", "--role", "librarian", "--of", "maria")
    assert "librarian of the books of Maria Sol" in terminal.do("user", "list")
    said = terminal.do("user", "librarian", "lola", "--of", "maria", "--of", "pau")
    assert said == "lola is a librarian of the books of Maria Sol, pau.\n"
    assert terminal.do("user", "librarian", "lola", "--all") == "lola is a librarian of all books.\n"
    assert "is no librarian" in terminal.refused("user", "librarian", "pau", "--of", "maria")
    for wrong in (
        ("librarian", "lola"),
        ("librarian", "lola", "--all", "--of", "maria"),
        ("librarian", "lola", "--of", "lola"),
        ("invite", "--of", "maria"),
    ):
        assert terminal.type("user", *wrong).exit_code == 2
    assert "Nobody signs in as zoe" in terminal.refused(
        "user", "invite", "--role", "librarian", "--of", "zoe"
    )


def test_a_short_password_is_refused_in_words(empty: Terminal) -> None:
    said = empty.refused("user", "add", "maria", "--password-stdin", stdin="short\n")
    assert "fewer than 10 characters" in said


def test_a_taken_name_is_refused_in_words(terminal: Terminal) -> None:
    said = terminal.refused("user", "add", "MARIA", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert "That name is taken" in said


def test_the_list_tells_names_roles_and_days(terminal: Terminal) -> None:
    terminal.add_user("lola", "--role", "librarian")
    _, maria, lola = terminal.do("user", "list").splitlines()
    assert [*maria.split()[:3], maria.split()[-1]] == ["maria", "Maria", "Sol", "owner"]
    assert [*lola.split()[:2], lola.split()[-1]] == ["lola", "lola", "librarian"]


def test_an_invitation_is_a_link_that_makes_one_account(empty: Terminal) -> None:
    link = empty.do("user", "invite", "--role", "librarian").strip()
    address, _, secret = link.partition("#")
    assert address == "http://127.0.0.1:8080/welcome"
    with empty.services() as services, services.upkeep.library.change() as desk:
        now = services.accounts.clock.now()
        invitation = desk.accounts.use_invitation(digest(secret), now)
    assert invitation.roles == {Role.LIBRARIAN}


def test_a_new_password_replaces_the_old_one(terminal: Terminal) -> None:
    terminal.do("user", "password", "maria", "--password-stdin", stdin="another long one\n")
    with terminal.services() as services:
        services.accounts.sign_in("maria", "another long one", "127.0.0.1")


@pytest.mark.parametrize("command", [("password",), ("token", "--label", "x")])
def test_nobody_of_that_name_is_told_in_words(terminal: Terminal, command: tuple[str, ...]) -> None:
    assert "Nobody signs in as pau" in terminal.refused("user", *command, "pau")


def test_a_token_acts_for_its_account(terminal: Terminal) -> None:
    secret = terminal.do("user", "token", "maria", "--label", "backup", "--read-only").strip()
    with terminal.services() as services:
        actor = services.accounts.of_token(secret)
    assert (actor.account.sign_in_name, actor.may_change) == ("maria", False)


def test_an_owner_may_get_letters_where_the_library_sends_any(empty: Terminal) -> None:
    silent = empty.type(
        "user", "add", "ana", "--password-stdin", "--email", "ana@example.org", stdin=f"{PASSWORD}\n"
    )
    assert silent.exit_code == 1
    mail = {"LENDING_SMTP_URL": "smtp://mail.example.org", "LENDING_MAIL_FROM": "library@example.org"}
    words = ("user", "add", "ana", "--password-stdin", "--email", "ana@example.org")
    assert empty.type(*words, stdin=f"{PASSWORD}\n", **mail).exit_code == 0
    with empty.services() as services:
        assert services.correspondence.address_of(services.accounts.actor_named("ana")) == "ana@example.org"


def test_an_account_is_erased_after_it_was_said_what_goes(terminal: Terminal, book: Path) -> None:
    terminal.add_book(book)
    result = terminal.type("user", "erase", "--account", "maria", stdin="n\n")
    assert result.exit_code == 1
    assert "Maria Sol (owner) signs in as maria. It all goes:" in result.output
    assert "1 copy with its file" in result.output
    assert "maria" in terminal.do("user", "list")
    terminal.do("user", "erase", "--account", "maria", stdin="y\n")
    assert "maria" not in terminal.do("user", "list")


def test_nobody_is_erased_twice(terminal: Terminal) -> None:
    terminal.do("user", "erase", "--account", "maria", "--yes")
    said = terminal.refused("user", "erase", "--account", "maria", "--yes")
    assert "Nobody signs in as maria" in said
    terminal.add_user("maria", "--name", "Another Maria")


def test_an_owner_with_a_book_out_is_not_erased_and_hears_which(terminal: Terminal, book: Path) -> None:
    token = terminal.do("lend", terminal.add_book(book), "--to", "Eva").splitlines()[0].partition("#")[2]
    with terminal.services() as services:
        services.lending.claim(token, ClaimRequest(ticket="eva"), "")
    said = terminal.refused("user", "erase", "--account", "maria", "--yes")
    assert "The account has books that are out" in said
    assert "“The Lantern Keeper”" in said
    assert "maria" in terminal.do("user", "list")


def test_who_is_no_friend_but_signs_in_is_erased_by_saying_so(terminal: Terminal) -> None:
    said = terminal.refused("user", "erase", "maria", "--yes")
    assert "`lending user erase --account maria`" in said
    assert "0 loans" in terminal.do("user", "erase", "nobody at all", "--yes")


def test_a_librarian_who_is_erased_takes_no_book_along(terminal: Terminal) -> None:
    terminal.add_user("lola", "--role", "librarian")
    said = terminal.do("user", "erase", "--account", "lola", "--yes")
    assert "lola (librarian) signs in as lola." in said
    assert "with its file" not in said
    assert "maria" in terminal.do("user", "list")


def test_a_librarian_of_an_owner_who_is_erased_is_one_of_nobodys_books(terminal: Terminal) -> None:
    terminal.add_user("lola", "--role", "librarian", "--of", "maria")
    terminal.do("user", "erase", "--account", "maria", "--yes")
    assert "librarian of the books of nobody" in terminal.do("user", "list")
