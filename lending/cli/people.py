"""For whom a command acts. Whoever may run commands here may act for everybody in the library."""

import click

from lending import refusals
from lending.bootstrap import Services
from lending.circulation.events import Purpose
from lending.ports.records import Account, Role
from lending.services.actors import Actor


def named(services: Services, sign_in_name: str) -> Actor:
    """Who signs in with that name; a plain message when nobody does."""
    try:
        return services.accounts.actor_named(sign_in_name)
    except refusals.NotFound as unknown:
        raise click.ClickException(
            f"Nobody signs in as {sign_in_name}. `lending user list` says who does."
        ) from unknown


def owner(services: Services, sign_in_name: str | None) -> Actor:
    """The owner of that name or, without a name, the only one there is."""
    if sign_in_name is not None:
        return named(services, sign_in_name)
    owners = [account for account in services.accounts.all() if Role.OWNER in account.roles]
    if not owners:
        raise click.ClickException("Nobody owns books here yet. `lending user add NAME` makes an owner.")
    if len(owners) > 1:
        names = ", ".join(account.sign_in_name for account in owners)
        raise click.UsageError(f"Several people own books here; say who with --owner: {names}.")
    return Actor(owners[0])


def owner_of(services: Services, copy_id: str) -> Actor:
    """Whose copy it is; a plain message when there is no such copy."""
    try:
        with services.upkeep.library.read() as desk:
            copy = desk.collection.entry(copy_id).copy
            account = desk.accounts.get(copy.owner_id)
    except (refusals.NotFound, refusals.UnacceptableInput) as unknown:
        raise click.ClickException(f"There is no copy {copy_id}.") from unknown
    return Actor(account)


names_shown = click.option(
    "--names",
    "names_for",
    type=click.Choice([purpose.value for purpose in Purpose]),
    help="Show readers' names, and say what for: it is entered into the log.",
)


def operator(services: Services, names_for: str | None = None) -> Actor:
    """Whoever runs the server: may look at the loan log, as a librarian may, and has no account.

    `names_for`: has readers' names shown, for that purpose.
    """
    account = Account(
        id="",
        sign_in_name="",
        name="",
        roles=frozenset({Role.LIBRARIAN}),
        password_hash="",
        made_at=services.audit.clock.now(),
    )
    if names_for is None:
        return Actor(account, may_change=False)
    services.identities.show(Actor(account), Purpose(names_for))
    return Actor(account)
