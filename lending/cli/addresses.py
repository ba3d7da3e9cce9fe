"""The addresses that a command prints for people to open."""

from lending.config import Settings

_EVERY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def from_this_machine(host: str) -> str:
    """The host under which this machine reaches what is bound to `host`."""
    return _EVERY.get(host, host)


def library_address(settings: Settings, host: str | None = None, port: int | None = None) -> str:
    """Where people find the library: LENDING_BASE_URL or, without one, where this machine serves it.

    `host` and `port` stand instead of LENDING_BIND's. A host that means "every address of
    this machine" is told as the one that the machine itself can open.
    """
    if settings.base_url:
        return settings.base_url.rstrip("/")
    host, port = host or settings.address[0], port or settings.address[1]
    host = from_this_machine(host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def lend_link(address: str, token: str) -> str:
    """A lend link. The token is in the fragment: browsers keep it to themselves."""
    return f"{address}/b#{token}"


def invitation(address: str, secret: str) -> str:
    """Where an invited person makes their account."""
    return f"{address}/welcome#{secret}"
