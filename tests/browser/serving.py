"""`lending serve`, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from lending.config import Settings


class Serving:
    """`lending serve` in a process of its own, stopped at the end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._log = (settings.home.parent / "server.log").open("wb")
        environment = {
            **os.environ,  # noqa: TID251 - a child process needs a PATH
            "LENDING_HOME": str(settings.home),
            "LENDING_BIND": settings.bind,
            "TMPDIR": str(_temp_folder(settings)),
        }
        command = [sys.executable, "-m", "lending.cli", "serve"]
        self._server = subprocess.Popen(command, env=environment, stdout=self._log, stderr=self._log)

    def __enter__(self) -> None:
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + 120  # a busy machine is only slow
        while time.monotonic() < until:
            assert self._server.poll() is None, "the server ended: see server.log"
            try:
                if requests.get(f"http://{self._settings.bind}/readyz", timeout=2).status_code == 200:
                    return
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.1)
        raise AssertionError("the server doesn't answer")

    def __exit__(self, *_: object) -> None:
        self._server.send_signal(signal.SIGTERM)
        self._server.wait(60)
        self._log.close()


def _temp_folder(settings: Settings) -> Path:
    """A temp folder of the server's own, beside its data folder: what it leaves there can be looked at."""
    folder = settings.home.parent / "tmp"
    folder.mkdir(exist_ok=True)
    return folder
