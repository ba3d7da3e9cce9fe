"""`lending log witness`: a second machine that remembers a loan log. It needs no library beside it."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lending.adapters.clock_system import SystemClock
from lending.adapters.http_bounded import ask
from lending.cli.columns import harmless
from lending.cli.witness_server import run_witness
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError, Malformed
from lending.ledger.notes import ED25519, Verifier
from lending.witness.alarms import Alarms
from lending.witness.keys import ensure_key
from lending.witness.memory import Memory
from lending.witness.watching import RoundFailed, Watch
from lending.witness.witness import SILENT_AFTER, Witness

_FOLDER = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path.home() / ".lending-witness",
    show_default="~/.lending-witness",
    help="The witness's memory: its key, what it saw, its alarms. Never put an older copy of it back.",
)
_NAME = click.option(
    "--name", default="", metavar="NAME", help="What a new witness is called. Else: this machine's name."
)


class _LogKey(click.ParamType[Verifier]):
    """The public key of a log."""

    name = "KEY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Verifier:
        """From what `lending log key` prints."""
        try:
            key = Verifier.parsed(value)
        except Malformed as why:
            self.fail(f"{why}. `lending log key`, at the library, prints it.", param, ctx)
        if key.algorithm != ED25519:
            self.fail("that is the key of a witness, not of a log.", param, ctx)
        return key


@click.group()
def witness() -> None:
    """Remember the log on a second machine, so that nobody can rewrite it or forget it unseen.

    \b
    At the library:  lending log key                      prints LOGKEY
    Here:            lending log witness key              prints a key for LENDING_WITNESSES there
                     lending log witness watch https://books.example.org --log LOGKEY
    """


@witness.command()
@_FOLDER
@_NAME
def key(folder: Path, name: str) -> None:
    """Print this witness's public key, for LENDING_WITNESSES of the library. A new one is made if needed."""
    click.echo(str(_witness(folder, name, ()).key.verifier))


@witness.command()
@click.argument("url")
@click.option("--log", "log_key", type=_LogKey(), required=True, help="What `lending log key` prints there.")
@click.option("--once", is_flag=True, help="One round, for cron: exits with 1 if anything is wrong.")
@click.option(
    "--every", type=click.IntRange(min=1), default=600, show_default=True, help="Seconds between rounds."
)
@_FOLDER
@_NAME
def watch(url: str, log_key: Verifier, every: int, folder: Path, name: str, *, once: bool) -> None:
    """Ask the library at URL, for a machine that nobody can reach: fetch, judge, cosign, send back."""
    here = _witness(folder, name, (log_key,))
    watching = Watch(here, log_key, url.rstrip("/"), ask)
    while True:
        waiting = here.remind()
        went_well = _round(watching)
        if once:
            raise SystemExit(0 if went_well and not waiting else 1)
        threading.Event().wait(every)


@witness.command()
@click.option(
    "--log", "log_keys", type=_LogKey(), required=True, multiple=True, help="What `lending log key` prints."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8090, show_default=True)
@_FOLDER
@_NAME
def serve(log_keys: tuple[Verifier, ...], host: str, port: int, folder: Path, name: str) -> None:
    """Serve POST /add-checkpoint (C2SP tlog-witness), for a machine that the library can reach."""
    here = _witness(folder, name, log_keys)
    here.remind()
    click.echo(f"The witness {here.key.name} serves on http://{host}:{port}. At the library:")
    click.echo(f"    LENDING_WITNESSES={here.key.verifier}@http://{host}:{port}")
    run_witness(folder, [str(one) for one in log_keys], host, port)


@witness.command()
@_FOLDER
def status(folder: Path) -> None:
    """Say of each log how many entries it had when it was seen last, and since when it shows the same.

    Exits with 1 if one of them has shown nothing for a day: for cron, beside `serve`.
    """
    here, now = _witness(folder, "", ()), SystemClock().now()
    try:
        watched = here.watched()
    except LedgerError as why:
        raise click.ClickException(f"This witness can't work: {why}") from why
    for one in watched:
        click.echo(harmless(one.told(now)))
    if any(one.is_silent(now) for one in watched):
        raise SystemExit(1)
    if not watched:
        click.echo("No log was seen yet.")


@witness.command()
@click.argument("alarm_id", required=False)
@_FOLDER
def alarms(alarm_id: str | None, folder: Path) -> None:
    """List the alarms that nobody has acknowledged (exits with 1 if there are any), or show one in full."""
    kept = Alarms(folder)
    if alarm_id:
        for line in _of_an_alarm(kept.evidence, alarm_id).splitlines():
            click.echo(harmless(line))
        return
    waiting = kept.waiting()
    for _, line in waiting:
        click.echo(harmless(line))
    if waiting:
        raise SystemExit(1)
    click.echo("No alarms.")


@witness.command()
@click.argument("alarm_id")
@_FOLDER
def acknowledge(alarm_id: str, folder: Path) -> None:
    """Say that you have seen an alarm: it is told no more. Its evidence is kept.

    The witness goes on from what it saw, and will never cosign what contradicts it.
    """
    _of_an_alarm(Alarms(folder).acknowledge, alarm_id)
    click.echo(f"Acknowledged. The evidence stays in {folder / 'alarms' / 'acknowledged'}.")


def loudly(text: str) -> None:
    """How the operator hears of an alarm: on stderr, which cron mails. It may quote another machine."""
    lines = "\n".join(map(harmless, text.split("\n")))
    click.echo(f"{SystemClock().now():%Y-%m-%d %H:%M}Z {lines}", err=True)


def _witness(folder: Path, name: str, logs: tuple[Verifier, ...]) -> Witness:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own_key = ensure_key(folder, name or f"{socket.gethostname() or 'somewhere'}/witness")
    except LedgerError as why:
        raise click.ClickException(f"{str(why)[:1].upper()}{str(why)[1:]}.") from why
    if name and own_key.name != name:
        raise click.ClickException(f"The witness of {folder} is called {own_key.name}.")
    return Witness(own_key, Memory(folder), Alarms(folder), logs, SystemClock(), loudly)


def _round(watching: Watch) -> bool:
    try:
        seen: Checkpoint = watching.round()
    except RoundFailed as why:
        loudly(str(why))
        return False
    click.echo(f"{seen.origin}: {seen.size} entries, cosigned.")
    now = watching.witness.clock.now()
    for one in watching.witness.watched():
        if one.origin == seen.origin and now - one.since > SILENT_AFTER:
            click.echo(harmless(one.told(now)))
    return True


def _of_an_alarm(do: Callable[[str], Any], alarm_id: str) -> Any:
    try:
        return do(alarm_id)
    except KeyError:
        raise click.ClickException(f"There is no alarm {alarm_id} that waits.") from None
