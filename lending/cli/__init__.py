"""The command line: for whoever runs the server."""

import click

from lending.cli.server import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lending")
def main() -> None:
    """Lend the e-books you bought: one copy, one reader, in the browser.

    Settings come from the environment (LENDING_HOME and others: see docs/operating.md).
    """


for command in (serve,):
    main.add_command(command)
