"""`lending user`: who may sign in."""

import sys

import click

from lending import refusals
from lending.bootstrap import Services
from lending.cli.addresses import invitation, library_address
from lending.cli.columns import cells
from lending.cli.opening import opened
from lending.cli.people import named
from lending.cli.settings import settings_or_exit
from lending.cli.user_erasing import erase
from lending.ports.records import Account, Role
from lending.services.accounts import SHORTEST_PASSWORD, NewAccount
from lending.services.actors import Actor

_roles = click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    default=[Role.OWNER.value],
    show_default=True,
    help="What they may be. Say it twice for somebody who is both.",
)
_owners = click.option(
    "--of",
    "owners",
    multiple=True,
    metavar="NAME",
    help="A librarian of this owner's books only. Say it once for each owner.",
)
_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin instead of asking for it twice."
)


@click.group()
def user() -> None:
    """Say who may sign in, and as what.

    An owner has books and lends them. A librarian reads the loan log, opens no book and
    changes nothing.
    """


@user.command("add")
@click.argument("name")
@click.option(
    "--name", "shown_name", metavar="TEXT", default="", help="The name that friends see, if another."
)
@click.option(
    "--email", metavar="ADDRESS", default="", help="Where an owner's letters go, if the library sends any."
)
@_roles
@_owners
@_from_stdin
def add_user(
    name: str,
    shown_name: str,
    email: str,
    roles: tuple[str, ...],
    owners: tuple[str, ...],
    *,
    password_stdin: bool,
) -> None:
    """Make an account that signs in as NAME.

    A new library is made if there is none yet.
    """
    with opened(new=True) as services:
        letters = services.correspondence
        letters.refuse_useless(email)
        new = NewAccount(name, shown_name, _password(from_stdin=password_stdin))
        account = services.accounts.add(new, frozenset(map(Role, roles)), _charge(services, roles, owners))
        if email and Role.OWNER in account.roles:
            letters.set_address(Actor(account), email, "")
    click.echo(f"{account.name} can sign in as {account.sign_in_name} at {_address()}/sign-in")


@user.command("invite")
@_roles
@_owners
def invite_user(roles: tuple[str, ...], owners: tuple[str, ...]) -> None:
    """Print a link with which somebody makes their own account, once, within two days."""
    with opened(new=True) as services:
        charge = _charge(services, roles, owners)
        secret = services.accounts.invite(frozenset(map(Role, roles)), charge)
    click.echo(invitation(_address(), secret))


@user.command("librarian")
@click.argument("name")
@_owners
@click.option("--all", "of_all", is_flag=True, help="A librarian of all books.")
def set_charge(name: str, owners: tuple[str, ...], *, of_all: bool) -> None:
    """Say whose books the librarian NAME looks after: those of some owners (--of), or --all.

    They see the loans, the record, the stock and the reports of these owners' books, and of no others. What a
    copy was while it was another's is no part of it.
    """
    if bool(owners) is of_all:
        raise click.UsageError("Say either whose books, with --of, or --all.")
    with opened() as services:
        charge = _charge(services, (Role.LIBRARIAN.value,), owners)
        try:
            account = services.accounts.set_charge(named(services, name).account.sign_in_name, charge)
        except refusals.NotAllowed as refusal:
            raise click.ClickException(f"{name} is no librarian.") from refusal
        told = _told_charge(services, account)
    click.echo(f"{account.name} is a librarian of {told}.")


@user.command("list")
def list_users() -> None:
    """List who may sign in, the oldest account first."""
    widths = (24, 24, 10, 60)
    with opened() as services:
        click.echo(cells(("signs in as", "name", "since", "role"), widths))
        for account in services.accounts.all():
            roles = ", ".join(sorted(account.roles, reverse=True))
            if account.charge is not None:
                roles = f"{roles} of {_told_charge(services, account)}"
            row = (account.sign_in_name, account.name, f"{account.made_at:%Y-%m-%d}", roles)
            click.echo(cells(row, widths))


@user.command("password")
@click.argument("name")
@_from_stdin
def reset_password(name: str, *, password_stdin: bool) -> None:
    """Set a new password for NAME, who is signed out everywhere."""
    with opened() as services:
        actor = named(services, name)
        services.accounts.reset_password(name, _password(from_stdin=password_stdin))
    click.echo(f"{actor.account.name} has a new password and must sign in again.")


@user.command("token")
@click.argument("name")
@click.option("--label", required=True, metavar="TEXT", help="What it is for, as shown on the account page.")
@click.option("--read-only", is_flag=True, help="It may look at everything and change nothing.")
def make_token(name: str, label: str, *, read_only: bool) -> None:
    """Make an access token with which scripts act for NAME, and print it, this once."""
    with opened() as services:
        _, secret = services.accounts.make_token(named(services, name), label, read_only=read_only)
    click.echo(secret)


user.add_command(erase)


def _charge(services: Services, roles: tuple[str, ...], owners: tuple[str, ...]) -> frozenset[str] | None:
    if not owners:
        return None
    if Role.LIBRARIAN.value not in roles:
        raise click.UsageError("--of is for librarians: --role librarian.")
    found = [named(services, name).account for name in owners]
    if others := [account.name for account in found if Role.OWNER not in account.roles]:
        raise click.UsageError(f"{', '.join(others)}: no owner.")
    return frozenset(account.id for account in found)


def _told_charge(services: Services, account: Account) -> str:
    owners = services.accounts.in_charge_of(Actor(account))
    if owners is None:
        return "all books"
    return f"the books of {', '.join(one.name for one in owners) or 'nobody'}"


def _address() -> str:
    return library_address(settings_or_exit())


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt(
        f"Password (at least {SHORTEST_PASSWORD} characters)",
        hide_input=True,
        confirmation_prompt="The same again",
        err=True,
    )
    return asked
