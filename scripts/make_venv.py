#!/usr/bin/env python3
"""Makes the virtual environment that everything else runs in, with nothing but Python 3.11 or newer.

    python3 scripts/make_venv.py FOLDER

Debian splits `ensurepip` off into python3-venv, so a fresh machine may have `venv` and no pip to put in it.
Then pip's wheel is taken out of Debian's own package (python3-pip-whl), which apt checks by its signature.
Nothing is installed on the machine itself, and no root is needed where apt has its lists.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

NEEDED = (3, 11)
TELL = """No pip can be had for the virtual environment. Install what your system calls it, then try again:
    apt-get install python3-venv        (Debian, Ubuntu)"""


def main() -> None:
    """Make the folder named by the only argument; exits with a plain message where it can't."""
    folder = Path(sys.argv[1])
    has_pip = importlib.util.find_spec("ensurepip") is not None
    venv.EnvBuilder(with_pip=has_pip, symlinks=os.name != "nt").create(folder)
    if not has_pip:
        put_debians_pip_in(folder)


def put_debians_pip_in(folder: Path) -> None:
    """Give the environment `folder` the pip of Debian's python3-pip-whl."""
    python = folder.absolute() / "bin" / "python"
    with tempfile.TemporaryDirectory() as scratch:
        wheel = fetch_wheel(Path(scratch))
        # A wheel is an archive that Python can run: so pip installs itself.
        run([str(python), f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)], Path(scratch))


def fetch_wheel(scratch: Path) -> Path:
    """pip's wheel, unpacked below `scratch`."""
    download = ["apt-get", "download", "--quiet", "python3-pip-whl"]
    if not succeeds(download, scratch):
        # A container image has no lists of packages yet; making them needs root.
        succeeds(["apt-get", "update", "--quiet"], scratch)
        if not succeeds(download, scratch):
            sys.exit(TELL)
    package = next(scratch.glob("python3-pip-whl_*.deb"))
    run(["dpkg-deb", "--extract", str(package), str(scratch)], scratch)
    return next(scratch.glob("usr/share/python-wheels/pip-*.whl"))


def succeeds(command: list[str], folder: Path) -> bool:
    """Whether `command` exists and works; what it says goes to stderr."""
    try:
        ran = subprocess.run(command, cwd=folder, stdout=sys.stderr, check=False)  # noqa: S603 - our own commands
    except FileNotFoundError:
        return False
    return ran.returncode == 0


def run(command: list[str], folder: Path) -> None:
    """Run `command`, or stop."""
    if not succeeds(command, folder):
        sys.exit(f"This failed: {' '.join(command)}")


if __name__ == "__main__":
    if sys.version_info < NEEDED:
        sys.exit(
            f"lending needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
            "Name another: make PYTHON=python3.12 run"
        )
    main()
