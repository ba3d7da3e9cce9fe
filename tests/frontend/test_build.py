"""The build hook, and what it leaves."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from gettext import GNUTranslations
from pathlib import Path

import pytest

import hatch_build

FRONTEND = Path(hatch_build.__file__).parent / "lending" / "web" / "frontend"
BUILT = FRONTEND.parent / "static" / "built"

SPANISH = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Shelf"
msgstr "Estantería"
"""


def test_a_catalogue_is_compiled_beside_its_source(tmp_path: Path) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(SPANISH, "utf-8")
    hatch_build.compile_catalogues(tmp_path)
    with (folder / "messages.mo").open("rb") as compiled:
        assert GNUTranslations(compiled).gettext("Shelf") == "Estantería"


BUILDS_ONE_FILE = """
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
mkdirSync("../built", { recursive: true });
writeFileSync("../built/manifest.json", '{"files": {"a.js": "0"}}');
appendFileSync("../built/a.js", "// built once more");
"""


def small_front_end(folder: Path, build: str) -> Path:
    """A front end without dependencies, so that npm needs no network."""
    sources = folder / "frontend"
    (sources / "node_modules").mkdir(parents=True)
    (sources / "package.json").write_text('{"name": "small", "version": "1.0.0"}')
    lock = {"name": "small", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "small"}}}
    (sources / "package-lock.json").write_text(json.dumps(lock))
    (sources / "build.mjs").write_text(build)
    (sources / "tsconfig.json").write_text("{}")
    return sources


def test_a_build_that_lacks_a_file_stops_with_what_is_missing(tmp_path: Path) -> None:
    sources = small_front_end(tmp_path, "// builds nothing")
    with pytest.raises(RuntimeError, match="lacks its manifest"):
        hatch_build.build_front_end(sources, tmp_path / "built")


def test_sources_are_built_anew_when_they_changed_and_only_then(tmp_path: Path) -> None:
    sources, built = small_front_end(tmp_path, BUILDS_ONE_FILE), tmp_path / "built"
    hatch_build.build_front_end(sources, built)
    hatch_build.build_front_end(sources, built)
    assert (built / "a.js").read_text().count("once more") == 1
    (sources / "tsconfig.json").write_text('{"changed": true}')
    hatch_build.build_front_end(sources, built)
    assert (built / "a.js").read_text().count("once more") == 2


def test_a_build_that_was_taken_away_is_made_again(tmp_path: Path) -> None:
    sources, built = small_front_end(tmp_path, BUILDS_ONE_FILE), tmp_path / "built"
    hatch_build.build_front_end(sources, built)
    (built / "a.js").unlink()
    hatch_build.build_front_end(sources, built)
    assert (built / "a.js").is_file()


def test_a_build_that_fails_tells_what_the_builder_said(tmp_path: Path) -> None:
    shutil.copytree(FRONTEND / "src", tmp_path / "src")
    (tmp_path / "package-lock.json").write_text("not json")
    (tmp_path / "build.mjs").write_text("")
    (tmp_path / "tsconfig.json").write_text("{}")
    with pytest.raises(RuntimeError, match=r"npm.* failed in"):
        hatch_build.build_front_end(tmp_path, tmp_path / "built")


def test_the_policy_knows_the_hash_of_every_style_that_the_engine_writes() -> None:
    engine = (FRONTEND / "node_modules" / "foliate-js" / "paginator.js").read_text("utf-8")
    styles = re.findall(r"<style>(.*?)</style>", engine, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    told = json.loads((BUILT / "manifest.json").read_text())["foliateStyleHashes"]
    assert told == [f"sha256-{digest}" for digest in digests]
    assert len(told) == 1


def test_every_file_that_pages_ask_for_has_the_hash_of_its_content() -> None:
    files = json.loads((BUILT / "manifest.json").read_text())["files"]
    assert {"reader.js", "reader.css", "site.css", "claim.js", "upload.js"} <= set(files)
    for name, version in files.items():
        assert hashlib.sha256((BUILT / name).read_bytes()).hexdigest().startswith(version)


def test_the_engine_opens_no_files_by_itself() -> None:
    programs = "".join(path.read_text("utf-8") for path in BUILT.rglob("*.js"))
    assert "foliate-paginator" in programs
    assert "META-INF/container.xml" not in programs


@pytest.mark.parametrize("what", ["unit", "types"])
def test_the_small_parts_keep_their_promises(what: str) -> None:
    node, _ = hatch_build.find_node()
    units = sorted(str(path) for path in (Path(__file__).parent / "unit").glob("*.test.ts"))
    command = {
        "unit": [str(node), "--import", "tsx", "--test", *units],
        "types": [str(node), "node_modules/typescript/bin/tsc", "--noEmit"],
    }[what]
    ran = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert what == "types" or re.search(r"^# pass [1-9]\d*$|^ℹ pass [1-9]\d*$", ran.stdout, re.MULTILINE)
