"""A second machine's memory of a log."""

from datetime import UTC, datetime

import pytest

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import Malformed, NotProven, NotSigned
from lending.ledger.notes import ED25519, Note, Verifier
from lending.ledger.tree import Frontier, leaf_hash, prove_consistency
from lending.ledger.witnessing import (
    KnownWitness,
    NotWhatWasSeen,
    Rewritten,
    Submission,
    UnknownLog,
    check_cosignature,
    cosigned,
    judge,
)
from tests.ledger.signing import ORIGIN, Keeper, a_witness, check
from tests.ledger.test_tree import tree_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEEPER = Keeper()


def root(size: int, history: str = "entry") -> bytes:
    return Frontier.of(leaf_hash(f"{history} {number}".encode()) for number in range(size)).root


def seen(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(size))


def submitted(old: int, new: int, history: str = "entry", keeper: Keeper = KEEPER) -> Submission:
    tree = tree_of([f"{history} {number}".encode() for number in range(new)])
    proof = prove_consistency(old, new, tree) if old <= new else []
    return Submission(old, tuple(proof), keeper.promise(new, root(new, history), ORIGIN))


def judged(submission: Submission, seen: Checkpoint | None) -> Checkpoint:
    sent = Submission.parsed(str(submission))
    assert sent == submission
    return judge(sent, [KEEPER.verifier], seen, check)


def test_a_log_that_is_seen_for_the_first_time_is_believed() -> None:
    assert judged(submitted(0, 5), None) == seen(5)
    assert judged(submitted(0, 0), None) == seen(0)
    assert judged(submitted(0, 5), seen(0)) == seen(5)


def test_a_log_that_only_grew_is_cosigned_and_one_that_stands_still_too() -> None:
    assert judged(submitted(5, 19), seen(5)) == seen(19)
    assert judged(submitted(19, 19), seen(19)) == seen(19)


def test_a_log_that_shrank_is_a_rollback() -> None:
    for submission in (submitted(0, 5), submitted(5, 5), submitted(3, 5)):
        with pytest.raises(Rewritten, match="has 5 entries and had 19") as alarm:
            judged(submission, seen(19))
        assert alarm.value.seen == 19


def test_another_history_of_the_same_length_is_a_fork() -> None:
    with pytest.raises(Rewritten, match="two logs of 19 entries"):
        judged(submitted(19, 19, "forged"), seen(19))


def test_another_history_that_is_longer_proves_nothing() -> None:
    with pytest.raises(NotProven):
        judged(submitted(19, 25, "forged"), seen(19))


def test_who_does_not_know_what_was_seen_is_told() -> None:
    with pytest.raises(NotWhatWasSeen) as refusal:
        judged(submitted(0, 25), seen(19))
    assert refusal.value.seen == 19
    assert not isinstance(refusal.value, Rewritten), "nothing is wrong with the log"


def test_a_log_of_somebody_else_is_not_known_and_one_signed_by_somebody_else_not_believed() -> None:
    with pytest.raises(UnknownLog):
        judge(submitted(0, 5), [Keeper("other.example").verifier], None, check)
    with pytest.raises(NotSigned):
        judged(submitted(0, 5, keeper=Keeper()), None)


def test_a_proof_where_there_is_nothing_to_prove_is_refused() -> None:
    proof = submitted(3, 5).proof
    with pytest.raises(Malformed):
        judged(Submission(0, proof, submitted(0, 5).checkpoint), None)
    with pytest.raises(Malformed, match="does not shrink"):
        judged(Submission(6, (), submitted(0, 5).checkpoint), seen(6))


def test_a_submission_looks_as_the_specification_has_it() -> None:
    lines = str(submitted(5, 6)).split("\n")
    assert lines[0] == "old 5"
    assert lines[lines.index("") + 1 :][:2] == [ORIGIN, "6"]


@pytest.mark.parametrize(
    "body",
    ["", "old 5\n", "old 05\n\n", "new 5\n\na\n", "old 5\nAAA\n\n", "old 5\n" + "AAAA\n" * 64 + "\n"],
)
def test_what_is_no_submission_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        Submission.parsed(body)
    with pytest.raises(Malformed):
        Submission.parsed(body + str(submitted(0, 5).checkpoint).replace("— ", "-"))


def test_a_cosignature_says_who_saw_what_and_when() -> None:
    witness = a_witness()
    note = submitted(0, 5).checkpoint
    line = cosigned(note, witness.verifier, NOW, witness.sign)
    assert check_cosignature(note, line, witness.verifier, check) == NOW.timestamp()
    both = Note.parsed(str(note.with_signatures([line])))
    both.check([KEEPER.verifier], check)
    assert both.by(witness.verifier) == [line]
    other = submitted(0, 6).checkpoint
    with pytest.raises(NotSigned, match="is not by its key"):
        check_cosignature(other, line, witness.verifier, check)
    with pytest.raises(NotSigned, match="has not cosigned"):
        check_cosignature(note, line, a_witness().verifier, check)


def test_a_logs_signature_is_no_cosignature() -> None:
    witness = a_witness()
    as_log = Verifier(witness.name, ED25519, witness.verifier.public_key)
    note = submitted(0, 5).checkpoint
    line = cosigned(note, witness.verifier, NOW, witness.sign)
    with pytest.raises(NotSigned):
        check_cosignature(note, line, as_log, check)


def test_the_example_of_the_specification_is_read() -> None:
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1n"
        "PZqhf5nNn0xUe+mbIUBkBIfZ+qnA=="
    )
    note = Note.parsed(
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        + line
        + "\n"
    )
    (signature,) = note.signatures
    assert signature.name == "witness.example.com/w1"
    assert int.from_bytes(signature.blob[:8]) == 1679315147, "the time that the specification says"
    assert Checkpoint.parsed(note.text).size == 20852163


def test_a_known_witness_is_a_key_and_perhaps_an_address() -> None:
    key = a_witness().verifier
    assert KnownWitness.parsed(str(key)) == KnownWitness(key, "")
    known = KnownWitness.parsed(f"{key}@https://friend.example:8090/witness/")
    assert known == KnownWitness(key, "https://friend.example:8090/witness")
    assert (known.name, known.id) == (key.name, f"{key.name}+{key.key_id.hex()}")
    at_home = Verifier("me@home", key.algorithm, key.public_key)
    assert KnownWitness.parsed(f"{at_home}@http://home").verifier == at_home


@pytest.mark.parametrize(
    "wrong",
    ["@", "@friend.example", "@ftp://x", "@http://", "@https://u:p@x", "@https://x?q=1", "@http://x:99999"],
)
def test_an_address_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(Malformed):
        KnownWitness.parsed(f"{a_witness().verifier}{wrong}")


def test_the_key_of_a_log_is_no_witness() -> None:
    with pytest.raises(Malformed, match="not of a witness"):
        KnownWitness.parsed(str(KEEPER.verifier))
