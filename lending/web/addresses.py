"""Where to send people, inside the house and from outside."""

from typing import cast

from flask import Response, current_app, redirect, request, url_for


def lend_link(token: str) -> str:
    """A lend link. The token is in the fragment: browsers keep it to themselves, so no log ever has it."""
    return f"{base_url()}{url_for('borrower.claim')}#{token}"


def gift_link(token: str) -> str:
    """The link by which a copy is given away; its token is in the fragment as well."""
    return f"{base_url()}{url_for('giving.gift')}#{token}"


def carry_link(token: str) -> str:
    """The address that opens a loan on another device; its token is in the fragment as well."""
    return f"{base_url()}{url_for('borrower.carry')}#{token}"


def letters_link(token: str) -> str:
    """The address of the page that stops letters. Its token stands in the header of each of them anyway."""
    return f"{base_url()}{url_for('borrower.letters')}#{token}"


def ask_link(page_id: str) -> str:
    """The address of a page where people ask to borrow."""
    return f"{base_url()}{url_for('asking.page', page_id=page_id)}"


def place_link(token: str) -> str:
    """The address of somebody's place in a line; its token is in the fragment as well."""
    return f"{base_url()}{url_for('asking.place')}#{token}"


def base_url() -> str:
    """Where this library is, for people outside: as configured, else as this request came."""
    configured: str = current_app.config["BASE_URL"]
    return configured or request.host_url.rstrip("/")


def to(address: str) -> Response:
    """Send the browser on, with GET."""
    return cast("Response", redirect(address, 303))
