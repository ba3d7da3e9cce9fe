"""PDFs through the drawing processes: what they answer, and what happens when they don't."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lending.pdf import process
from lending.pdf.process import DrawingProcesses, SealedSource
from lending.pdf.records import PdfTraits
from lending.refusals import DamagedFile, NoSuchPart, NotABook, PartUnreadable, PasswordProtected
from lending.sealing import Tampered

from .by_hand import book, slow_book, text_stream
from .conftest import Sealing

BOOK = book([text_stream(f"Page {number}") for number in range(1, 9)], info="/Title (Eight Pages)")


@pytest.fixture
def hasty() -> Iterator[DrawingProcesses]:
    """Drawing processes of which nobody waits longer than a second and a half."""
    with DrawingProcesses(seconds=1.5) as processes:
        yield processes


def wait_until(true: Callable[[], bool], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def pids(processes: DrawingProcesses) -> set[int]:
    return {child.pid for child in processes._idle}


def test_a_sealed_pdf_is_catalogued_drawn_and_read(drawing: DrawingProcesses, sealed: Sealing):
    source = sealed(BOOK)
    record = drawing.catalogue(source)
    assert (record.title, record.page_count, record.page_sizes) == ("Eight Pages", 8, [(595, 842, 8)])
    drawn = drawing.draw(source, 7, 300)
    with Image.open(io.BytesIO(drawn.data)) as image:
        assert (image.format, image.width, drawn.media_type) == ("WEBP", 300, "image/webp")
    with Image.open(io.BytesIO(drawing.draw_tile(source, 7, 1, 1, 2000).data)) as image:
        assert image.size == (2000 - 1024, 1024)
    assert [line[4] for line in drawing.text(source, 7).lines] == ["Page 8"]


def test_a_run_of_pages_is_read_at_once(drawing: DrawingProcesses, sealed: Sealing):
    source = sealed(BOOK)
    assert drawing.words(source, 1, 2) == ["Page 2\n", "Page 3\n"]
    assert drawing.words(source, 7, 100) == ["Page 8\n"]
    with pytest.raises(NoSuchPart):
        drawing.words(source, 8, 1)


@pytest.mark.parametrize(
    ("page", "catalogue", "traits"),
    [
        (text_stream("words"), "", PdfTraits(tagged=False, has_text=True)),
        ("0 0 9 9 re f", "/MarkInfo << /Marked true >>", PdfTraits(tagged=True, has_text=False)),
    ],
)
def test_a_pdf_tells_whether_it_is_tagged_and_has_text(
    drawing: DrawingProcesses, sealed: Sealing, page: str, catalogue: str, traits: PdfTraits
):
    assert drawing.traits(sealed(book([page] * 30, catalogue=catalogue))) == traits


def test_refusals_cross_the_pipe_by_name(drawing: DrawingProcesses, sealed: Sealing):
    with pytest.raises(NotABook):
        drawing.catalogue(sealed(b"GIF89a"))
    with pytest.raises(DamagedFile, match="structure"):
        drawing.catalogue(sealed(b"%PDF-1.7 and no more"))
    with pytest.raises(NoSuchPart):
        drawing.draw(sealed(BOOK), 8, 100)
    with pytest.raises(NoSuchPart):
        drawing.draw_tile(sealed(BOOK), 0, 0, 9, 300)
    with pytest.raises(NoSuchPart):
        drawing.text(sealed(BOOK), -1)


def test_reading_a_pdf_that_does_not_open_is_a_reading_refusal(drawing: DrawingProcesses, sealed: Sealing):
    locked = sealed(
        book(encrypt=f"<< /Filter /Standard /V 2 /R 3 /P -4 /O <{'41' * 32}> /U <{'41' * 32}> >>")
    )
    with pytest.raises(PasswordProtected):
        drawing.catalogue(locked)
    with pytest.raises(PartUnreadable):
        drawing.draw(locked, 0, 100)


def test_a_wrong_key_is_a_fault_and_no_refusal(drawing: DrawingProcesses, sealed: Sealing):
    with pytest.raises(Tampered):
        drawing.draw(replace(sealed(BOOK), key=bytes(32)), 0, 100)


def test_damage_on_disk_is_a_fault_and_no_blank_page(drawing: DrawingProcesses, sealed: Sealing):
    source = sealed(book([f"% {'filler ' * 20_000}\n" + text_stream("x")] * 3))
    raw = bytearray(source.path.read_bytes())
    raw[len(raw) // 2] ^= 1
    source.path.write_bytes(raw)
    with pytest.raises(Tampered):
        drawing.draw(source, 1, 100)


def test_a_missing_file_is_a_fault(drawing: DrawingProcesses, sealed: Sealing):
    source = sealed(BOOK)
    source.path.unlink()
    with pytest.raises(OSError, match="No such file"):
        drawing.draw(source, 0, 100)


@pytest.mark.parametrize("width", [0, -1, 10_001])
def test_an_absurd_width_is_an_error_of_the_caller(drawing: DrawingProcesses, sealed: Sealing, width: int):
    with pytest.raises(ValueError, match="pixels"):
        drawing.draw(sealed(BOOK), 0, width)


def test_the_key_is_never_shown(sealed: Sealing):
    source = sealed(BOOK)
    assert source.key.hex() not in repr(source)
    assert repr(source.key) not in repr(source)


def test_neither_key_nor_path_is_in_the_arguments_or_the_environment(sealed: Sealing):
    source = sealed(BOOK)
    with DrawingProcesses() as processes:
        processes.draw(source, 0, 100)
        (pid,) = pids(processes)
        proc = Path("/proc") / str(pid)
        assert str(source.path).encode() not in (proc / "cmdline").read_bytes()
        if os.access(proc / "environ", os.R_OK):
            assert (proc / "environ").read_bytes().startswith(b"PYTHONPATH=")
            assert (proc / "environ").read_bytes().count(b"\0") == 1


def test_many_threads_draw_many_books_at_once(drawing: DrawingProcesses, sealed: Sealing):
    sources = [sealed(book([text_stream(f"Book {number}")])) for number in range(6)]

    def title(number: int) -> str:
        return drawing.text(sources[number % 6], 0).lines[0][4]

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(title, range(60))) == [f"Book {number % 6}" for number in range(60)]


def test_a_process_killed_while_idle_is_replaced_unnoticed(hasty: DrawingProcesses, sealed: Sealing):
    source = sealed(BOOK)
    hasty.draw(source, 0, 100)
    (killed,) = pids(hasty)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not hasty._idle[0].alive)
    hasty.draw(source, 1, 100)
    assert pids(hasty).isdisjoint({killed})


def test_a_process_killed_while_drawing_costs_that_page_alone(sealed: Sealing):
    source = sealed(slow_book())
    with DrawingProcesses(seconds=60) as processes, ThreadPoolExecutor(1) as pool:
        processes.draw(source, 0, 100)
        (killed,) = pids(processes)
        slow = pool.submit(processes.draw, source, 1, 100)
        wait_until(lambda: not processes._idle)
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(PartUnreadable):
            slow.result(5)
        assert processes.text(source, 0).lines[0][4] == "FIRST"


def test_a_page_that_takes_too_long_is_unreadable_and_the_rest_is_not(
    hasty: DrawingProcesses, sealed: Sealing
):
    source = sealed(slow_book())
    assert hasty.catalogue(source).page_count == 2
    began = time.monotonic()
    with pytest.raises(PartUnreadable):
        hasty.draw(source, 1, 100)
    assert time.monotonic() - began < 4
    assert hasty.text(source, 0).lines[0][4] == "FIRST"


def test_a_book_that_can_not_be_catalogued_in_time_is_damaged(hasty: DrawingProcesses, sealed: Sealing):
    with pytest.raises(DamagedFile, match="too long"):
        hasty.catalogue(sealed(slow_book(from_the_start=True)))


def test_a_slow_page_holds_up_no_other_reader(sealed: Sealing):
    slow, quick = sealed(slow_book()), sealed(BOOK)
    with DrawingProcesses(processes=2, seconds=4) as processes, ThreadPoolExecutor(4) as pool:
        processes.draw(quick, 0, 100)
        stuck = [pool.submit(processes.draw, slow, 1, 100) for _ in range(2)]
        wait_until(lambda: processes._busy[slow.path] == 1)
        began = time.monotonic()
        for page in range(8):
            processes.draw(quick, page, 100)
        assert time.monotonic() - began < 2
        assert not any(future.done() for future in stuck)
        for future in stuck:
            with pytest.raises(PartUnreadable):
                future.result(20)


def test_one_process_alone_is_refused():
    with pytest.raises(ValueError, match="single process"):
        DrawingProcesses(processes=1)


def test_no_process_is_started_before_it_is_needed():
    with DrawingProcesses() as processes:
        assert not processes._idle


def test_a_process_that_has_grown_large_is_not_kept(sealed: Sealing, monkeypatch: pytest.MonkeyPatch):
    source = sealed(BOOK)
    with DrawingProcesses() as processes:
        processes.draw(source, 0, 300)
        (kept,) = processes._idle
        assert 1 << 20 < kept.memory < process._RETIRE_ABOVE
        monkeypatch.setattr(process, "_RETIRE_ABOVE", 1 << 20)
        assert processes.draw(source, 1, 300).data
        wait_until(lambda: not kept.alive)
        assert processes.draw(source, 2, 300).data


def test_closing_ends_the_processes(sealed: Sealing):
    processes = DrawingProcesses()
    processes.draw(sealed(BOOK), 0, 100)
    (pid,) = pids(processes)
    processes.close()
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(RuntimeError, match="closed"):
        processes.draw(sealed(BOOK), 0, 100)


def test_a_process_outlives_the_thread_that_first_asked_for_it(sealed: Sealing):
    source = sealed(BOOK)
    with DrawingProcesses() as processes:
        thread = threading.Thread(target=processes.draw, args=(source, 0, 100))
        thread.start()
        thread.join()
        before = pids(processes)
        processes.draw(source, 1, 100)
        assert pids(processes) == before


SERVER = """
import sys, time
from pathlib import Path
from lending.pdf import process
from lending.pdf.process import DrawingProcesses, SealedSource
path, key, file_id = sys.argv[1:]
source = SealedSource(Path(path), bytes.fromhex(key), bytes.fromhex(file_id))
processes = DrawingProcesses(seconds=600)
processes.draw(source, 0, 100)
print(processes._idle[0].pid, flush=True)
processes.draw(source, 1, 100)
"""


@pytest.mark.parametrize("raw", [slow_book(), BOOK], ids=["while drawing", "between pages"])
def test_drawing_processes_die_with_a_killed_server(sealed: Sealing, raw: bytes):
    source: SealedSource = sealed(raw)
    arguments = [str(source.path), source.key.hex(), source.file_id.hex()]
    server = subprocess.Popen([sys.executable, "-c", SERVER, *arguments], stdout=subprocess.PIPE, text=True)
    with server:
        assert server.stdout
        pid = int(server.stdout.readline())
        time.sleep(0.2)
        server.kill()
    wait_until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    """Whether a process still runs; one that nobody has buried yet does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
