"""`lending doctor`: whether everything is as it should be."""

from collections.abc import Iterator

import click

from lending import bootstrap
from lending.bootstrap import Services
from lending.cli.checks import house, neighbourhood, promises, stacks
from lending.cli.checks.findings import Finding, Verdict, bad
from lending.cli.columns import harmless
from lending.cli.opening import holds_library
from lending.cli.settings import settings_or_exit
from lending.config import Settings
from lending.sealing.errors import KeysUnusable

_COLOURS = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.BAD: "red"}


@click.command()
@click.option("--repair", is_flag=True, help="Remove what surely nobody needs: remains of broken uploads.")
def doctor(*, repair: bool) -> None:
    """Check settings, folders, keys, database, every book, and what the library leans on.
    Says when the loan log was checked last, and what its witnesses say.

    Prints a line for each check: ok, warn or bad. The exit code is 1 if anything is bad.
    Nothing is changed without --repair, and the library may be open meanwhile.
    """
    verdicts = []
    for finding in _examine(settings_or_exit(), repair=repair):
        verdict = click.style(f"{finding.verdict:4}", fg=_COLOURS[finding.verdict])
        click.echo(f"{verdict}  {finding.subject:9}  {harmless(finding.said)}")
        verdicts.append(finding.verdict)
    if Verdict.BAD in verdicts:
        raise click.exceptions.Exit(1)


def _examine(settings: Settings, *, repair: bool) -> Iterator[Finding]:
    yield from house.settings_are_sound(settings)
    yield from house.folder_is_private(settings)
    yield from neighbourhood.front_end_is_built()
    yield from neighbourhood.redis_answers(settings)
    yield from neighbourhood.mail_is_carried(settings)
    yield from neighbourhood.fonts_are_there()
    if not holds_library(settings):
        yield bad("library", f"There is none in {settings.home} yet: `lending serve` makes one.")
        return
    yield from neighbourhood.disk_has_room(settings)
    lost = list(house.database_is_there(settings))
    if lost:
        yield from lost
        return
    try:
        services = bootstrap.build(settings)
    except KeysUnusable as unusable:
        yield bad(
            "keys", f"{unusable}. Without its keys no book of a library can be opened: bring them back."
        )
        return
    try:
        yield from _inside(settings, services, repair=repair)
    finally:
        services.upkeep.close()


def _inside(settings: Settings, services: Services, *, repair: bool) -> Iterator[Finding]:
    for finding in house.database_is_current(services.upkeep):
        yield finding
        if finding.verdict is Verdict.BAD:
            return
    yield from house.keys_are_whole(settings, services.upkeep)
    yield from house.links_can_be_signed(services.upkeep, services.audit.clock.now())
    yield from house.clock_is_right(services)
    yield from house.someone_can_sign_in(services)
    yield from promises.log_was_checked(services)
    yield from promises.log_was_not_put_back(services)
    yield from promises.witnesses_look(services)
    yield from stacks.books_open(services)
    found = stacks.lying_about(services, settings)
    yield from stacks.clear_away(services, found) if repair else stacks.nothing_lies_about(found)
