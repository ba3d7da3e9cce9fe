"""Signed notes: who signed what, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.ledger.errors import LedgerError, Malformed, NotSigned
from lending.ledger.notes import ED25519, Note, Signature, Verifier
from tests.ledger.signing import Keeper, check

TEXT = (
    "If you think cryptography is the answer to your problem,\n\nthen you don't know what your problem is.\n"
)


def test_a_note_comes_back_as_it_was_signed() -> None:
    keeper = Keeper()
    note = Note(TEXT).signed(keeper.verifier, keeper.sign)
    read = Note.parsed(str(note))
    assert read == note
    read.check([keeper.verifier], check)


def test_the_example_of_the_go_package_that_the_format_comes_from_verifies() -> None:
    # golang.org/x/mod/sumdb/note: the key and the note of its documentation.
    peter = Verifier.parsed("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert (peter.name, peter.algorithm, peter.key_id.hex()) == ("PeterNeumann", ED25519, "c74f20a3")
    assert str(peter) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    note = Note.parsed(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
        "BwJnAM=\n"
    )
    note.check([peter], check)


def test_a_text_or_a_signature_that_was_changed_is_noticed() -> None:
    keeper = Keeper()
    note = Note(TEXT).signed(keeper.verifier, keeper.sign)
    with pytest.raises(NotSigned, match="is not by its key"):
        Note(TEXT + "!\n", note.signatures).check([keeper.verifier], check)
    (line,) = note.signatures
    for blob in (bytes(64), line.blob[:63], line.blob + b"\0"):
        changed = Note(TEXT, (Signature(line.name, line.key_id, blob),))
        with pytest.raises(NotSigned, match="is not by its key"):
            changed.check([keeper.verifier], check)


def test_signatures_of_strangers_are_let_be_and_prove_nothing() -> None:
    keeper, stranger, namesake = Keeper(), Keeper("stranger.example"), Keeper()
    note = Note(TEXT).signed(stranger.verifier, stranger.sign).signed(namesake.verifier, namesake.sign)
    with pytest.raises(NotSigned, match="no key that is trusted"):
        note.check([keeper.verifier], check)
    note.signed(keeper.verifier, keeper.sign).check([keeper.verifier], check)


def test_one_bad_signature_by_a_trusted_key_spoils_the_note() -> None:
    keeper, other = Keeper(), Keeper("other.example")
    note = Note(TEXT).signed(keeper.verifier, keeper.sign)
    bad = Signature(other.name, other.verifier.key_id, bytes(64))
    spoilt = note.with_signatures([bad])
    with pytest.raises(NotSigned):
        spoilt.check([keeper.verifier, other.verifier], check)
    spoilt.check([keeper.verifier], check)


def test_a_signature_stands_once() -> None:
    keeper = Keeper()
    note = Note(TEXT).signed(keeper.verifier, keeper.sign)
    assert note.with_signatures(note.signatures) == note
    assert note.signed(keeper.verifier, keeper.sign) == note, "Ed25519 signs the same text the same way"


GOOD = str(Note(TEXT, (Signature("a.example", b"1234", bytes(64)),)))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— \n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAAAAA\n",
        "text\n\n— name AAAAAAAB=\n",
        GOOD[:-1],
        GOOD + "more\n",
        GOOD.replace("you", "y\tou", 1),
        GOOD.replace("\n", "\r\n"),
        TEXT + "\n" + "— a.example AAAAAAAA\n" * 100,
        "x" * 300_000 + "\n\n— a.example AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(Malformed):
        Note.parsed(note)


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    for read in (Note.parsed, Verifier.parsed, Signature.parsed):
        try:
            found = read(text)
        except LedgerError:
            continue
        assert str(found) == text.strip() or isinstance(found, Note)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcWQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(Malformed):
        Verifier.parsed(key)
