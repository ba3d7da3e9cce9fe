"""`lending log verify` and its like: that the log is as it was entered."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TextIO

import click

from lending import bootstrap
from lending.adapters.log_keys_ed25519 import is_signed
from lending.bootstrap import Services
from lending.cli.columns import counted, harmless
from lending.cli.opening import opened
from lending.cli.settings import settings_or_exit
from lending.ledger.leaves import Field
from lending.ledger.notes import Verifier
from lending.services.log_restarts import Restart
from lending.services.receipts import LARGEST_RECEIPT, ReceiptRead, read_receipt
from lending.services.verifying import Findings
from lending.services.witnesses import Standing


@click.command()
def verify() -> None:
    """Check the whole log: every entry, every signed checkpoint, and that the tables are as the log says.

    Names the first entry that is wrong, and exits with 1. The library may be open meanwhile. That it was put
    back to an older state is called wrong until somebody says that they know (`lending log acknowledge`).
    Then tells of each witness up to which entry it has cosigned the log, and when.
    """
    with opened(looks_only=True) as services:
        shown = sys.stderr.isatty()
        findings = services.verifying.verify(_show_progress if shown else lambda _: None)
        standing = services.witnesses.standing()
    if shown:
        click.echo(err=True)
    _tell(findings)
    for one in standing:
        _tell_of_witness(one)
    if not findings.are_good or any(one.alarm for one in standing):
        raise SystemExit(1)


@click.command("verify-receipt")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    metavar="KEY",
    help="The log's key: `lending log key` prints it.",
)
def verify_receipt(file: TextIO, keys: tuple[str, ...]) -> None:
    """Check a receipt, or the proof of an event, on any machine, with the log's public key alone. FILE is the
    receipt or the proof; - reads stdin.

    Says what is proven by it, or why nothing is, and then exits with 1.
    """
    try:
        known = [Verifier.parsed(one) for one in keys]
        said = list(_in_words(read_receipt(file.read(LARGEST_RECEIPT + 1), known, is_signed)))
    except (ValueError, TypeError, OverflowError) as why:  # a LedgerError is the first
        click.echo(f"NOT PROVEN  {harmless(str(why))}")
        raise SystemExit(1) from None
    for what, words in said:
        click.echo(f"{what:<12} {harmless(words)}")


@click.command()
def key() -> None:
    """Print the public key of the log: all that a receipt or a witness needs of this library.

    Of a log that was put back to an older state, then also the key under each name that it had before, one a
    line: receipts of then say that name.
    """
    with opened() as services:
        for verifier in services.log_restarting.verifiers():
            click.echo(str(verifier))


@click.command()
@click.option("--yes", is_flag=True, help="Don't ask: you have read what was lost, and put it back yourself.")
def acknowledge(*, yes: bool) -> None:
    """Say that you know that the library was put back to an older state, as from a backup.

    Until then `lending log verify` and what librarians are shown call the log wrong: somebody who shortened
    or rewrote it looks just the same. So say it only if it was you. Where the log is as long as what was
    signed, and something else, it goes on under another name from then on.
    """
    with opened() as services:
        known = services.log_restarting
        lost, told = known.contradicted(), known.unacknowledged()
        if lost is None and not told:
            click.echo("There is nothing to acknowledge.")
            return
        _tell_of_restarts(told)
        if lost is not None:
            click.echo(
                f"The checkpoint beside the database is of {counted(lost.size, 'entry', 'entries')} of "
                f"{harmless(lost.origin)}, and the log does not begin with them."
            )
        if not yes:
            click.confirm("Did you put the library back yourself, and is that all that was lost?", abort=True)
        if lost is not None:
            known.begin_anew(lost, bootstrap.new_origin(settings_or_exit()))
            told = known.unacknowledged()
        known.acknowledge(told)
        services.logkeeping.checkpoint()
    click.echo("Acknowledged. The log tells of it for good. Receipts of before name the log as it was then.")


@click.command()
def checkpoint() -> None:
    """Print the log as it is now, signed. Keep it: it shows later that nothing of today was rewritten."""
    with opened() as services:
        click.echo(_signed(services), nl=False)


def _signed(services: Services) -> str:
    signed = services.logkeeping.checkpoint()
    if signed is None:
        raise click.ClickException("The log has no entries yet.")
    return str(signed.note)


def _tell(findings: Findings) -> None:
    entries = counted(findings.entries, "entry", "entries")
    if not findings.are_good:
        for fault in findings.faults:
            click.echo(f"WRONG  {fault}")
        click.echo(f"{entries} checked; the log is not as it was kept.")
        _tell_of_restarts(findings.restarts)
        return
    click.echo(
        f"{entries}, {counted(findings.checkpoints, 'checkpoint')} and {counted(findings.rows, 'row')} "
        "are as they were entered."
    )
    _tell_of_restarts(findings.restarts)
    if findings.erased:
        click.echo(
            f"Of {counted(findings.erased, 'entry', 'entries')} nobody can tell any more whom it was about."
        )
    click.echo(f"Root: {findings.root.hex()}")


def _tell_of_restarts(restarts: Iterable[Restart]) -> None:
    for one in restarts:
        click.echo(
            f"Entry {one.number}: on {one.at:%Y-%m-%d %H:%M} UTC the library was put back to an older state; "
            f"{one.lost.size} entries of {harmless(one.lost.origin)} had been signed."
        )


def _tell_of_witness(one: Standing) -> None:
    if one.cosigned_at is None:
        click.echo(f"Witness {one.name}: has not cosigned yet.")
    else:
        click.echo(f"Witness {one.name}: up to {one.size} entries, at {one.cosigned_at:%Y-%m-%d %H:%M} UTC.")
    if one.alarm:
        since = f"{one.alarm_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"WRONG  the witness {one.name} says: {one.alarm} (since {since})")
    if one.is_late:
        click.echo(f"Warning: the witness {one.name} has cosigned nothing for a day.", err=True)


def _in_words(receipt: ReceiptRead) -> Iterator[tuple[str, str]]:
    copy, patron, rest = (receipt.facts.get(field, {}) for field in (Field.COPY, Field.PATRON, Field.REST))
    yield "PROVEN", f"{receipt.kind}, {receipt.at:%Y-%m-%d %H:%M:%S} UTC"
    if receipt.facts:
        yield "Book", str(copy.get("title", "(not opened)"))
        yield "Owner", str(copy.get("owner", "(not opened)"))
        no_name = "(no name)" if Field.PATRON in receipt.facts else "(not opened)"
        yield "Borrower", str(patron.get("name") or no_name)
    else:
        yield "Names", "nobody: it is the proof of an entry, and opens none of what the entry commits to"
    if due_at := rest.get("due_at"):
        yield "Due", f"{datetime.fromtimestamp(int(due_at) / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
    elif receipt.facts and Field.REST not in receipt.facts:
        yield "Due", "(not opened)"
    yield "Log", f"{receipt.origin}, entry {receipt.number} of at least {receipt.size}"


def _show_progress(entries: int) -> None:
    click.echo(f"\r{entries:,} entries …", nl=False, err=True)
