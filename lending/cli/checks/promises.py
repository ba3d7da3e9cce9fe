"""The loan log: when all of it was checked last, whether the auditor is at work, what its witnesses say."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from lending.bootstrap import Services
from lending.cli.checks.findings import Finding, bad, ok, warn
from lending.cli.columns import counted
from lending.ports.checks import LogCheck
from lending.services.log_checking import EVERY
from lending.services.overview import Integrity
from lending.services.witnesses import Standing

_LATE: Final = 2 * EVERY
"""A check takes its time, and a server may have been away for a while."""
_SOON: Final = timedelta(hours=1)


def log_was_checked(services: Services) -> Iterator[Finding]:
    """When the whole log was checked last, and what was found. It is not checked here: that takes as long
    as the log is."""
    now = services.audit.clock.now()
    with services.upkeep.library.read() as desk:
        seen = Integrity.seen(desk, now)
    last, size = seen.last, seen.entries
    if last is not None:
        yield _of_check(last)
    if not size:
        yield ok("log", "It has no entries yet.")
    elif last is None:
        yield warn(
            "auditor",
            f"It has not checked the log yet, which has {counted(size, 'entry', 'entries')}: `lending serve` "
            "does so soon after its start, `lending log verify` at once.",
        )
    elif seen.awaited_since is not None and now - seen.awaited_since > _SOON:
        asked = _moment(seen.awaited_since)
        yield warn("auditor", f"It seems not to run: a check was asked for at {asked}, and none was made.")
    elif now - last.at > _LATE:
        yield warn(
            "auditor",
            f"It seems not to run: it should check the log every {_hours(EVERY.total_seconds())} hours while "
            "`lending serve` runs. The server's log may say why.",
        )
    else:
        yield ok("auditor", f"It is at work: it checks the log every {_hours(EVERY.total_seconds())} hours.")


def log_was_not_put_back(services: Services) -> Iterator[Finding]:
    """Whether the log is what lies beside the database, as far as nobody has said that they know."""
    restarting = services.log_restarting
    lost = restarting.contradicted()
    if lost is not None:
        yield bad(
            "log",
            f"It does not begin with the {counted(lost.size, 'entry', 'entries')} of {lost.origin} that were "
            "signed last. Was the database put back? `lending log verify` says what is wrong.",
        )
    for one in restarting.unacknowledged():
        entries = counted(one.lost.size, "entry", "entries")
        yield bad(
            "log",
            f"Put back to an older state at {_moment(one.at)}: {entries} of {one.lost.origin} had been "
            "signed. If that was you: `lending log acknowledge`.",
        )


def witnesses_look(services: Services) -> Iterator[Finding]:
    """When each witness cosigned last, and whether it raises the alarm."""
    standing = services.witnesses.standing()
    if not standing:
        yield ok("witness", "None: no other machine remembers the log (LENDING_WITNESSES).")
    for one in standing:
        yield _of_witness(one)


def _of_check(last: LogCheck) -> Finding:
    entries = counted(last.entries, "entry", "entries")
    if not last.faults:
        return ok("log", f"Checked at {_moment(last.at)}: {entries}, as they were entered.")
    more = f", and {len(last.faults) - 1} more" if len(last.faults) > 1 else ""
    return bad(
        "log",
        f"Checked at {_moment(last.at)}, and not as it was kept: {last.faults[0]}{more}. "
        "`lending log verify` checks it anew.",
    )


def _of_witness(one: Standing) -> Finding:
    if one.alarm and one.alarm_at:
        return bad("witness", f"{one.name} raises the alarm since {_moment(one.alarm_at)}: {one.alarm}.")
    if one.cosigned_at is None:
        say = warn if one.is_late else ok
        return say("witness", f"{one.name} has cosigned nothing yet.")
    seen = f"{one.name} cosigned {counted(one.size, 'entry', 'entries')}, at {_moment(one.cosigned_at)}"
    if one.is_late:
        return warn("witness", f"{seen}, and nothing for more than a day: does it still run?")
    return ok("witness", f"{seen}.")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _hours(seconds: float) -> int:
    return round(seconds / 3600)
