"""What the front end's build left in static/built: its files' addresses and the reading engine's styles."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from flask import current_app, url_for

BUILT = Path(__file__).parent / "static" / "built"


class FrontEndMissing(RuntimeError):
    """The package was installed without its front end."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The build's manifest: content hashes that let browsers keep a file for ever."""

    KEY: ClassVar[str] = "lending.assets"
    versions: dict[str, str]
    engine_style_hashes: list[str] = field(default_factory=list)

    @classmethod
    def built(cls) -> Self:
        """Read what the build left. Raises FrontEndMissing."""
        try:
            manifest: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text())
        except FileNotFoundError as missing:
            raise FrontEndMissing("The front end is not built: run `make setup`.") from missing
        return cls(manifest["files"], manifest["foliateStyleHashes"])


def asset(name: str) -> str:
    """The address of a built file, for templates."""
    assets: Assets = current_app.extensions[Assets.KEY]
    return url_for("static", filename=f"built/{name}", v=assets.versions[name])
