"""What a drawing process has given up."""

import subprocess
import sys
from pathlib import Path

import pytest

from lending.pdf.confinement import MEMORY
from lending.pdf.process import DrawingProcesses

from .by_hand import book
from .conftest import Sealing


@pytest.fixture
def child(sealed: Sealing, drawing: DrawingProcesses) -> Path:
    """The /proc folder of a drawing process that has drawn a page."""
    drawing.draw(sealed(book()), 0, 100)
    return Path(f"/proc/{drawing._idle[-1].pid}")


def limits(child: Path) -> dict[str, list[str]]:
    lines = (child / "limits").read_text().splitlines()[1:]
    return {line[:25].strip(): line[25:].split()[:2] for line in lines}


def test_it_may_write_no_file_and_leave_no_core(child: Path):
    assert limits(child)["Max file size"] == ["0", "0"]
    assert limits(child)["Max core file size"] == ["0", "0"]


def test_its_memory_and_files_are_bounded(child: Path):
    assert limits(child)["Max address space"] == [str(MEMORY), str(MEMORY)]
    assert limits(child)["Max open files"] == ["64", "64"]


def test_it_can_gain_no_privilege(child: Path):
    assert "NoNewPrivs:\t1" in (child / "status").read_text()


def confined(code: str) -> subprocess.CompletedProcess[str]:
    program = f"from lending.pdf.confinement import confine\nconfine()\n{code}"
    return subprocess.run([sys.executable, "-B", "-c", program], capture_output=True, text=True, check=False)


def test_writing_fails(tmp_path: Path):
    ended = confined(f"open({str(tmp_path / 'leak')!r}, 'wb', 0).write(b'plaintext')")
    assert "File too large" in ended.stderr
    assert (tmp_path / "leak").read_bytes() == b""


def test_endless_memory_fails():
    assert "MemoryError" in confined("bytearray(1 << 31)").stderr


def test_confinement_itself_harms_nothing():
    assert confined("print('fine')").stdout == "fine\n"
