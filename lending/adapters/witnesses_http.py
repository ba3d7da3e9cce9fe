"""`ports.witnesses.WitnessPost` over HTTP (C2SP tlog-witness)."""

from typing import Final

from lending.adapters.http_bounded import Answer, Unreachable, ask
from lending.ledger.encoding import number_of
from lending.ledger.errors import Malformed
from lending.ledger.notes import Signature
from lending.ledger.witnessing import Submission
from lending.ports.witnesses import WitnessAnswer, WitnessAway

_MOST_LINES: Final = 16


class HttpWitnessPost:
    """Sends checkpoints to `<address>/add-checkpoint`."""

    def add_checkpoint(self, url: str, submission: Submission) -> WitnessAnswer:
        """See the port."""
        try:
            answer = ask(f"{url}/add-checkpoint", str(submission).encode())
            return _read(answer)
        except Unreachable as why:
            raise WitnessAway(str(why)) from why
        except (Malformed, UnicodeDecodeError) as why:
            raise WitnessAway(f"it does not answer as a witness: {why}") from why


def _read(answer: Answer) -> WitnessAnswer:
    if answer.status >= 500:
        raise WitnessAway(f"it answers with {answer.status}")
    if answer.status == 409 and answer.media_type == "text/x.tlog.size":
        return WitnessAnswer(409, seen=number_of(answer.body.decode().removesuffix("\n")))
    if answer.status == 200:
        lines = answer.body.decode().splitlines()[:_MOST_LINES]
        return WitnessAnswer(200, tuple(map(Signature.parsed, lines)))
    return WitnessAnswer(answer.status)
