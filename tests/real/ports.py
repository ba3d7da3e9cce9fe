"""A port for a server that a test starts."""

import random
import socket
from contextlib import suppress


def free_port() -> int:
    """One that no connection is given before the server has it: systems take theirs from 32768 on."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
