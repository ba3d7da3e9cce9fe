"""The log's tiles over HTTP: enough to compute every proof, for librarians alone."""

from flask import Flask
from flask.testing import FlaskClient

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.leaves import Leaf
from lending.ledger.notes import Note
from lending.ledger.tiles import entries_in, subtrees_from
from lending.ledger.tree import root_of
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.conftest import Services


def test_a_librarians_program_computes_the_signed_root_from_the_tiles(
    app: Flask, services: Services, owner: FlaskClient, librarian: FlaskClient
) -> None:
    lend(owner, add(owner, books.epub()))
    services.logkeeping.checkpoint()
    note = Note.parsed(app.test_client().get("/log/checkpoint").text)
    promised = Checkpoint.parsed(note.text)
    subtrees = subtrees_from(lambda tile: librarian.get(f"/api/v1/log/{tile.path}").data, promised.size)
    assert root_of(promised.size, subtrees) == promised.root
    bundle = librarian.get(f"/api/v1/log/tile/entries/000.p/{promised.size}")
    assert bundle.content_type == "application/octet-stream"
    assert [Leaf.parsed(raw).number for raw in entries_in(bundle.data)] == list(range(promised.size))


def test_what_is_no_tile_is_not_found(owner: FlaskClient, librarian: FlaskClient) -> None:
    add(owner, books.epub())
    for path in ("0/000", "0/000.p/200", "1/000.p/1", "entries/000", "entries/9", "0/../0", "x"):
        assert librarian.get(f"/api/v1/log/tile/{path}").status_code == 404, path


def test_nobody_else_learns_when_something_happened(app: Flask, owner: FlaskClient) -> None:
    add(owner, books.epub())
    assert owner.get("/api/v1/log/tile/entries/000.p/1").status_code == 403
    assert app.test_client().get("/api/v1/log/tile/0/000.p/1").status_code == 401
