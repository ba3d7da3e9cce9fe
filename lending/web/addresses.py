"""Where to send people, inside the house and from outside."""

from typing import cast

from flask import Response, current_app, redirect, request, url_for


def lend_link(token: str) -> str:
    """A lend link. The token is in the fragment: browsers keep it to themselves, so no log ever has it."""
    return f"{base_url()}{url_for('borrower.claim')}#{token}"


def carry_link(token: str) -> str:
    """The address that opens a loan on another device; its token is in the fragment as well."""
    return f"{base_url()}{url_for('borrower.carry')}#{token}"


def base_url() -> str:
    """Where this library is, for people outside: as configured, else as this request came."""
    configured: str = current_app.config["BASE_URL"]
    return configured or request.host_url.rstrip("/")


def to(address: str) -> Response:
    """Send the browser on, with GET."""
    return cast("Response", redirect(address, 303))
