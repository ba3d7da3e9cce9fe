"""A library that is asked, and answers what suits it."""

import pytest

from lending.adapters.http_bounded import Answer
from lending.ledger.witnessing import Submission
from lending.witness.watching import RoundFailed, Watch
from lending.witness.witness import Witness
from tests.ledger.test_witnessing import KEEPER, submitted
from tests.witness.conftest import Bench


def round_of(witness: Witness, answer: Submission) -> None:
    """The witness asks, and is answered so, whatever it asked for."""

    def ask(url: str, _body: bytes | None) -> Answer:
        return Answer(200, "text/plain", str(answer).encode() if "growth" in url else b"")

    Watch(witness, KEEPER.verifier, "https://library.example", ask).round()


@pytest.mark.parametrize(
    ("size", "said", "what"),
    [
        (25, 0, "nothing proves that its 25 entries begin with the 19 that were seen"),
        (25, 7, "nothing proves that its 25 entries begin with the 19 that were seen"),
        (25, 30, "nothing proves that its 25 entries begin with the 19 that were seen"),
        (19, 0, "its keeper signed two logs of 19 entries"),
        (5, 0, "the log has 5 entries and had 19"),
        (5, 30, "the log has 5 entries and had 19"),
    ],
)
def test_a_library_that_answers_something_else_than_was_asked_is_found_out(
    bench: Bench, witness: Witness, size: int, said: int, what: str
) -> None:
    witness.add(submitted(0, 19))
    fork = submitted(0, size, "forged").checkpoint
    with pytest.raises(RoundFailed, match="is not what it was"):
        round_of(witness, Submission(said, (), fork))
    ((alarm_id, line),) = bench.start().alarms.waiting()
    assert what in line
    assert str(fork) in witness.alarms.evidence(alarm_id)


def test_a_library_that_proves_what_it_was_asked_for_is_cosigned(witness: Witness) -> None:
    witness.add(submitted(0, 19))
    for old, new in ((19, 25), (25, 25)):
        round_of(witness, submitted(old, new))
    assert len(witness.alarms.waiting()) == 0
