"""The command line: for whoever runs the server.

serve, server, housekeeping   the web server and what runs beside it
add, lend, log, user, keys    one command, or one group of commands, each
witness, witness_server       a second machine that remembers the loan log
doctor, checks                whether everything is as it should be
demo, showcase                a library of sample books that shows it all
settings, opening, people     the settings, the library and the person that a command works with
addresses, columns, plain_words   what a command prints
"""

import click

from lending.cli.add import add
from lending.cli.demo import demo
from lending.cli.doctor import doctor
from lending.cli.keys import keys
from lending.cli.lend import lend
from lending.cli.log import log
from lending.cli.plain_words import plainly
from lending.cli.server import serve
from lending.cli.user import user


class Commands(click.Group):
    """The commands in the order in which one comes to need them; refusals are told in words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were added."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        with plainly():
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lending")
def main() -> None:
    """Lend the e-books you bought: one copy, one reader, in the browser.

    Settings come from the environment: LENDING_HOME is the data folder (./data when
    nothing is said), and docs/operating.md lists the others.
    """


for command in (serve, add, lend, log, user, keys, doctor, demo):
    main.add_command(command)
