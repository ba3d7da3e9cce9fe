"""POST /add-checkpoint, as the specification has it."""

import pytest
from flask.testing import FlaskClient

from lending.adapters.log_keys_ed25519 import is_signed
from lending.ledger.notes import Signature
from lending.ledger.witnessing import check_cosignature
from lending.witness.serving import LARGEST_BODY, witness_app
from lending.witness.witness import Witness
from tests.ledger.signing import Keeper
from tests.ledger.test_witnessing import submitted
from tests.witness.conftest import Bench


@pytest.fixture
def client(witness: Witness) -> FlaskClient:
    return witness_app(witness).test_client()


def post(client: FlaskClient, body: object) -> tuple[int, str, str]:
    answer = client.post("/add-checkpoint", data=str(body).encode())
    return answer.status_code, answer.mimetype, answer.text


def test_a_log_that_only_grew_gets_a_cosignature(client: FlaskClient, witness: Witness) -> None:
    for submission in (submitted(0, 5), submitted(5, 19), submitted(19, 19)):
        status, media_type, text = post(client, submission)
        assert (status, media_type) == (200, "text/plain")
        assert text.endswith("\n")
        line = Signature.parsed(text.removesuffix("\n"))
        assert check_cosignature(submission.checkpoint, line, witness.key.verifier, is_signed)


def test_who_does_not_know_what_was_seen_last_is_told_its_size(client: FlaskClient) -> None:
    post(client, submitted(0, 5))
    assert post(client, submitted(0, 19)) == (409, "text/x.tlog.size", "5\n")
    assert post(client, submitted(0, 5)) == (409, "text/x.tlog.size", "5\n")
    assert post(client, submitted(5, 5, "forged"))[0] == 409


def test_each_refusal_has_its_status(client: FlaskClient) -> None:
    post(client, submitted(0, 5))
    assert post(client, submitted(5, 19, "forged"))[0] == 422
    assert post(client, submitted(5, 19, keeper=Keeper()))[0] == 403
    unknown = str(submitted(5, 19)).replace("library.example", "other.example")
    assert post(client, unknown)[0] == 404
    assert post(client, submitted(7, 6))[0] == 400
    for nonsense in ("", "old 5\n\n", "old 05\n\nx\n"):
        assert post(client, nonsense)[0] == 400
    assert client.post("/add-checkpoint", data=b"\xff\xfe").status_code == 400
    assert client.get("/add-checkpoint").status_code == 405
    assert client.post("/add-checkpoint", data=b"x" * (LARGEST_BODY + 1)).status_code == 413


def test_a_witness_whose_memory_is_damaged_says_so_and_cosigns_nothing(
    client: FlaskClient, bench: Bench
) -> None:
    post(client, submitted(0, 5))
    (home,) = (bench.folder / "logs").iterdir()
    (home / "checkpoint").unlink()
    assert post(client, submitted(0, 5))[0] == 500
    assert "can't work" in bench.told[0]


def test_a_served_witness_reminds_its_operator(
    client: FlaskClient, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(client, submitted(0, 5))
    post(client, submitted(5, 5, "forged"))
    monkeypatch.setattr("lending.witness.serving.SECONDS_BETWEEN_REMINDERS", 0.0)
    post(client, submitted(5, 5))
    assert ["ALARM" in one for one in bench.told] == [True, True]
