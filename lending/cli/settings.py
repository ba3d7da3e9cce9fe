"""Settings for commands: read from the environment, or a plain message and exit 2."""

import click

from lending.config import SettingInvalid, Settings, from_environment


def settings_or_exit() -> Settings:
    """The settings. Ends the command with a plain message when one can't be used."""
    try:
        return from_environment()
    except SettingInvalid as invalid:
        raise click.UsageError(str(invalid)) from invalid
