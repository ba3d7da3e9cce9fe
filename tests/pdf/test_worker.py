"""The drawing process from inside: one question after another until the server hangs up."""

import io

import pytest

from lending.pdf import wire, worker
from lending.pdf.process import DrawingProcesses, SealedSource
from lending.refusals import PartUnreadable

from .by_hand import book, text_stream
from .conftest import Sealing


def question(source: SealedSource, **asked: object) -> bytes:
    where = {"path": str(source.path), "key": source.key.hex(), "file_id": source.file_id.hex()}
    return wire.pack({**asked, **where, "seconds": 60})


def answers(*questions: bytes) -> list[wire.Json]:
    out = io.BytesIO()
    worker.serve(io.BytesIO(b"".join(questions)), out)
    raw, parsed = out.getvalue(), []
    while raw:
        body, data = wire.lengths(raw[: wire.LENGTHS.size])
        parsed.append(wire.parse(raw[wire.LENGTHS.size :][:body]))
        raw = raw[wire.LENGTHS.size + body + data :]
    return parsed


def test_it_answers_until_the_pipe_closes(sealed: Sealing):
    source = sealed(book([text_stream("one"), text_stream("two")]))
    first, second = answers(question(source, do="text", page=0), question(source, do="text", page=1))
    assert first["ok"]["lines"][0][4] == "one"
    assert second["ok"]["lines"][0][4] == "two"


def test_a_question_cut_off_is_not_answered(sealed: Sealing):
    assert answers(question(sealed(book()), do="text", page=0)[:6]) == []


@pytest.mark.parametrize("asked", [{"do": "text", "page": "one"}, {"do": "dance"}])
def test_a_senseless_question_is_answered_as_broken(sealed: Sealing, asked: dict[str, object]):
    (answer,) = answers(question(sealed(book()), **asked))
    assert answer["fault"] == "broken"


def test_only_the_last_few_documents_stay_open(sealed: Sealing):
    shelf = worker._Shelf()
    sources = [sealed(book()) for _ in range(6)]
    for source in [*sources, sources[2]]:
        shelf.document(str(source.path), source.key.hex(), source.file_id.hex())
    kept = [path for path, _ in shelf._open]
    assert kept == [str(sources[number].path) for number in (3, 4, 5, 2)]
    for source in sources:
        shelf.forget(str(source.path), source.key.hex())
    assert not shelf._open


def test_a_process_that_broke_is_not_used_again(sealed: Sealing):
    source = sealed(book())
    with DrawingProcesses() as processes:
        processes.draw(source, 0, 100)
        with pytest.raises(PartUnreadable):
            processes.draw(source, "one", 100)  # type: ignore[arg-type]
        assert not processes._idle
        processes.draw(source, 0, 100)
