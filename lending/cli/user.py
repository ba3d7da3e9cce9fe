"""`lending user`: who may sign in."""

import sys

import click

from lending.cli.addresses import invitation, library_address
from lending.cli.columns import cells
from lending.cli.opening import opened
from lending.cli.people import named
from lending.cli.settings import settings_or_exit
from lending.ports.records import Role
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
@_from_stdin
def add_user(name: str, shown_name: str, email: str, roles: tuple[str, ...], *, password_stdin: bool) -> None:
    """Make an account that signs in as NAME.

    A new library is made if there is none yet.
    """
    with opened(new=True) as services:
        letters = services.correspondence
        letters.refuse_useless(email)
        new = NewAccount(name, shown_name, _password(from_stdin=password_stdin))
        account = services.accounts.add(new, frozenset(map(Role, roles)))
        if email and Role.OWNER in account.roles:
            letters.set_address(Actor(account), email, "")
    click.echo(f"{account.name} can sign in as {account.sign_in_name} at {_address()}/sign-in")


@user.command("invite")
@_roles
def invite_user(roles: tuple[str, ...]) -> None:
    """Print a link with which somebody makes their own account, once, within two days."""
    with opened(new=True) as services:
        secret = services.accounts.invite(frozenset(map(Role, roles)))
    click.echo(invitation(_address(), secret))


@user.command("list")
def list_users() -> None:
    """List who may sign in, the oldest account first."""
    widths = (24, 24, 17, 10)
    with opened() as services:
        click.echo(cells(("signs in as", "name", "role", "since"), widths))
        for account in services.accounts.all():
            roles = ", ".join(sorted(account.roles, reverse=True))
            row = (account.sign_in_name, account.name, roles, f"{account.made_at:%Y-%m-%d}")
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
