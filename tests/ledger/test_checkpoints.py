"""What a log promises about itself."""

import pytest

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import Malformed
from lending.ledger.tree import EMPTY_ROOT

# The example of C2SP tlog-checkpoint.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_a_checkpoint_is_three_lines() -> None:
    checkpoint = Checkpoint.parsed(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == EXAMPLE
    empty = Checkpoint("o", 0, EMPTY_ROOT)
    assert Checkpoint.parsed(empty.text) == empty


def test_lines_that_extend_it_are_let_be() -> None:
    assert Checkpoint.parsed(EXAMPLE + "more of it\n") == Checkpoint.parsed(EXAMPLE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        EXAMPLE[:-1],
        EXAMPLE + "\n",
        EXAMPLE.replace("\n20", "\n020"),
        EXAMPLE.replace("\n20", "\n-20"),
        EXAMPLE.replace("\n20", "\n+20"),
        EXAMPLE.replace("\n20852163", "\n1e3"),
        EXAMPLE.replace("\n20852163", "\n٣"),
        EXAMPLE.replace("\n20852163", "\n9223372036854775808"),
        EXAMPLE.replace("q2I=", "q2J="),
        EXAMPLE.replace("q2I=", "q2I"),
        EXAMPLE.replace("CsUY", ""),
        "origin\n5\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parsed(text)
