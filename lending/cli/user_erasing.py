"""`lending user erase`: a friend's name, or an account with all that is its own."""

import click

from lending import refusals
from lending.bootstrap import Services
from lending.cli.columns import counted
from lending.cli.opening import opened
from lending.cli.people import named
from lending.ports.records import Role


@click.command()
@click.argument("name")
@click.option("--account", "of_account", is_flag=True, help="NAME signs in here: erase the account.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def erase(name: str, *, of_account: bool, yes: bool) -> None:
    """Erase a friend who borrowed under NAME: on loans, in lines, on links, in the log.

    What was lent stays in the record, without saying to whom; the log can still be proven. What they have now
    keeps their name until it is back: then say it again. Whatever bears the name is erased, also if two
    friends have the same.

    With --account, erase whoever signs in as NAME, owner or librarian. Their copies are withdrawn and the
    files destroyed; it is refused while one of them is lent, or offered to another owner as a gift.
    """
    with opened() as services:
        if of_account:
            _erase_account(services, name, yes=yes)
        else:
            _erase_friend(services, name, yes=yes)
        if not services.upkeep.clear_away():
            click.echo("A server is reading: what lay in its journal goes when it is next idle.", err=True)


def _erase_friend(services: Services, name: str, *, yes: bool) -> None:
    _confirm("What is erased can't be brought back. Erase it?", yes=yes)
    erased = services.erasing.borrower(name)
    if not (erased.over or erased.not_over) and _signs_in(services, name):
        raise click.ClickException(
            f"Nobody has borrowed as {name}. Somebody signs in so: "
            f"`lending user erase --account {name}` erases their account."
        )
    click.echo(
        f"{counted(erased.over, 'loan, place in a line or link', 'loans, places in lines or links')} erased."
    )
    _tell_searches(erased.searches)
    if erased.not_over:
        click.echo(f"{erased.not_over} not over yet: the name stays there until they are.")


def _erase_account(services: Services, name: str, *, yes: bool) -> None:
    actor = named(services, name)
    account, goes = actor.account, services.erasing_accounts.look(actor)
    roles = ", ".join(sorted(account.roles, reverse=True))
    click.echo(f"{account.name} ({roles}) signs in as {account.sign_in_name}. It all goes:")
    click.echo("- name, password, sessions, access tokens, e-mail address and letters to it")
    click.echo("- saved searches, loan rules, reading terms, marks and notes")
    if Role.OWNER in account.roles:
        click.echo(f"- {counted(goes.copies, 'copy with its file', 'copies with their files')}, and uploads")
        click.echo(f"- {counted(goes.waiting, 'place in a line', 'places in lines')}: they are told no")
    click.echo("What was lent stays in the log, which tells no more by whom. Copies given away stay.")
    _confirm("What is erased can't be brought back. Erase the account?", yes=yes)
    erased = services.erasing_accounts.erase(actor)
    click.echo(
        f"Erased. {counted(erased.copies, 'copy', 'copies')} withdrawn; of "
        f"{counted(erased.entries, 'entry', 'entries')} of the log nobody can tell any more whose they are."
    )
    _tell_searches(erased.searches)
    click.echo("What they borrowed as a friend has a name of its own: `lending user erase NAME` erases that.")


def _tell_searches(gone: int) -> None:
    if gone:
        click.echo(
            f"{counted(gone, 'saved search', 'saved searches')} of librarians had the name, and went too."
        )


def _confirm(question: str, *, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True)


def _signs_in(services: Services, name: str) -> bool:
    try:
        services.accounts.actor_named(name)
    except refusals.NotFound:
        return False
    return True
