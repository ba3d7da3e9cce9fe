"""Letters on fakes: who gets which, once, and what happens while the mail server is away."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from lending import refusals
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.mailing.letters import Stationery
from lending.ports.mail import MailRefused, MailUnavailable
from lending.services.actors import Actor
from lending.services.correspondence import (
    FIRST_WAIT,
    GIVEN_UP_AFTER,
    LONGEST_WAIT,
    Correspondence,
    LettersSeen,
    PostOffice,
    wait_after,
)
from lending.services.lending import CheckOut, Lending
from lending.services.passes import ClaimRequest, Passes
from tests.services.conftest import CLAIM, DAY, House
from tests.services.fakes import FakeLetterTokens, FakeLinkTokens

EVA = "eva@example.org"
ANA = "ana@example.org"


@dataclass
class FakeMailer:
    letters: list[EmailMessage] = field(default_factory=list)
    away: bool = False
    refused: set[str] = field(default_factory=set)

    def send(self, letter: EmailMessage) -> None:
        if self.away:
            raise MailUnavailable
        if letter["To"] in self.refused:
            raise MailRefused
        self.letters.append(letter)


class Post:
    """A house that sends mail, and its postman."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.mailer = FakeMailer()
        paper = Stationery("library@example.org", "https://books.example.org", Path("nowhere"))
        house.lending = Lending(
            house.library,
            house.clock,
            house.ids,
            FakeLinkTokens(),
            Passes(house.ids, house.proofs),
            house.turn_aways,
            sends_mail=True,
        )
        self.letters = Correspondence(
            house.library,
            house.clock,
            FakeLetterTokens(),
            PostOffice(self.mailer, paper, FakeLinkTokens()),
        )
        self.letters.set_address(house.ana, ANA, "en")

    def lend(self, copy_id: str, email: str = EVA, period: timedelta = 14 * DAY) -> CheckOut:
        token = self.house.lending.make_link(self.house.ana, copy_id, Offer(period)).token
        request = ClaimRequest("Eva", self.house.proof("eva"), email=email, language="en")
        return self.house.lending.claim(token, request, CLAIM)

    def round(self) -> list[tuple[str, str]]:
        """To whom letters went in one round of the postman, and their subjects up to the due date."""
        self.mailer.letters.clear()
        self.letters.write_reminders()
        self.letters.send_waiting()
        return [(str(one["To"]), str(one["Subject"]).split(":")[0][:30]) for one in self.mailer.letters]

    def kinds(self) -> set[str]:
        return {f"{name[1]} {outcome}" for name, outcome in self.house.library.cabinet.post.closed.items()}


@pytest.fixture
def post(house: House) -> Post:
    return Post(house)


def test_a_loan_is_told_from_beginning_to_end(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id).reading_pass.loan
    assert sorted(to for to, _ in post.round()) == [ANA, EVA]
    post.house.clock.go_on(timedelta(minutes=5))
    post.house.lending.renew(loan.id)
    assert [to for to, _ in post.round()] == [EVA]
    post.house.lending.recall(post.house.ana, pdf_id)
    assert [to for to, _ in post.round()] == [EVA]
    post.house.lending.extend(post.house.ana, pdf_id, 9 * DAY)
    assert [to for to, _ in post.round()] == [EVA]
    post.house.give_back(loan)
    assert post.round() == [(ANA, "“Primera memoria” is back")]
    assert post.round() == []


def test_of_a_due_date_that_has_moved_on_nobody_is_told_any_more(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id).reading_pass.loan
    post.round()
    post.house.lending.recall(post.house.ana, pdf_id)
    post.house.lending.extend(post.house.ana, pdf_id, 9 * DAY)
    assert post.round() == [(EVA, "More time for “Primera memoria")]
    post.house.lending.recall(post.house.ana, pdf_id)
    post.house.give_back(loan)
    assert [to for to, _ in post.round()] == [ANA]
    assert "recalled moot" in post.kinds()


def test_who_is_asked_for_a_book_without_notice_is_told_where_it_went(post: Post, pdf_id: str) -> None:
    at_once = LoanRules(recall_notice=timedelta(0))
    post.house.rules.set_for_account(post.house.ana, at_once)
    post.lend(pdf_id)
    post.round()
    post.house.lending.recall(post.house.ana, pdf_id)
    post.house.lending.settle_due()
    assert (EVA, "Ana has asked for “Primera mem") in post.round()


def test_a_reminder_speaks_of_renewing_only_where_that_is_possible(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id).reading_pass.loan
    post.round()
    for expected in (True, True, False):
        post.house.clock.go_on(13 * DAY + timedelta(minutes=1))
        assert [to for to, _ in post.round()] == [EVA]
        assert ("renew it" in post.mailer.letters[0].as_string()) is expected
        if expected:
            post.house.lending.renew(loan.id)
            post.round()


def test_an_owner_is_told_whether_what_came_back_is_theirs_to_take(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id, email="").reading_pass.loan
    page = post.house.asking.open_for_copy(post.house.ana, pdf_id, approves=False)
    request = ClaimRequest("Bo", post.house.proof("bo", "/holds"))
    post.round()
    post.house.waiting.ask(page.id, None, request, "/holds", "192.0.2.1")
    post.house.give_back(loan)
    assert post.round() == [(ANA, "“Primera memoria” is back")]
    said = post.mailer.letters[0].as_string()
    assert "kept for the next in line" in said
    assert "on your shelf" not in said


def test_who_is_sent_away_in_their_turn_is_told_that_its_date_is_off(post: Post, pdf_id: str) -> None:
    ask(post, pdf_id, "bo")
    ask(post, pdf_id, "kim")
    post.round()
    post.house.waiting.send_away(post.house.ana, pdf_id)
    assert {to for to, _ in post.round()} == {"bo@example.org", "kim@example.org"}
    letters = {str(one["To"]): one.as_string() for one in post.mailer.letters}
    assert 'method="CANCEL"' in letters["bo@example.org"]
    assert "CANCEL" not in letters["kim@example.org"], "it never was their turn"


def test_an_owner_gets_a_letter_an_hour_however_many_ask(post: Post, pdf_id: str) -> None:
    places = [ask(post, pdf_id, name, approves=True) for name in ("bo", "kim")]
    assert post.round() == [(ANA, "Bo asks to borrow “Primera mem")]
    (bo, kim) = (post.house.waiting.look(place).hold for place in places)
    post.house.waiting.approve(post.house.ana, pdf_id, bo.id)
    post.round()
    ask(post, pdf_id, "lea", approves=True)
    assert post.round() == [], "Kim asked in this hour, and waits too"
    post.house.waiting.decline(post.house.ana, pdf_id, kim.id)
    post.round()
    post.house.clock.go_on(timedelta(hours=1))
    ask(post, pdf_id, "eva", approves=True)
    assert post.round() == [(ANA, "Eva asks to borrow “Primera me")]


def test_more_time_than_there_is_already_is_told_to_nobody(post: Post, pdf_id: str) -> None:
    post.lend(pdf_id)
    post.round()
    with pytest.raises(refusals.NothingGained):
        post.house.lending.extend(post.house.ana, pdf_id, DAY)
    assert post.round() == []


def test_who_left_no_address_gets_no_letter(post: Post, pdf_id: str) -> None:
    post.letters.set_address(post.house.ana, "", "en")
    loan = post.lend(pdf_id, email="").reading_pass.loan
    post.house.clock.go_on(timedelta(minutes=5))
    post.house.lending.renew(loan.id)
    post.house.give_back(loan)
    assert post.round() == []


def test_one_reminder_comes_for_each_due_date(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id, period=2 * DAY).reading_pass.loan
    post.round()
    post.house.clock.go_on(DAY - timedelta(minutes=1))
    assert post.round() == []
    post.house.clock.go_on(timedelta(minutes=1))
    assert post.round() == [(EVA, "“Primera memoria” is due back ")]
    assert post.round() == []
    post.house.lending.renew(loan.id)
    post.round()
    post.house.clock.go_on(DAY)
    assert [to for to, _ in post.round()] == [EVA]


def test_a_server_that_is_away_is_asked_again_with_growing_patience(post: Post, pdf_id: str) -> None:
    post.lend(pdf_id, email="")
    post.mailer.away = True
    assert post.round() == []
    post.mailer.away = False
    assert post.round() == []
    post.house.clock.go_on(FIRST_WAIT)
    assert [to for to, _ in post.round()] == [ANA]
    waits = [wait_after(tries) for tries in range(12)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_a_letter_is_given_up_after_three_days(post: Post, pdf_id: str) -> None:
    post.lend(pdf_id, email="", period=30 * DAY)
    post.mailer.away = True
    post.round()
    post.house.clock.go_on(GIVEN_UP_AFTER)
    post.round()
    post.mailer.away = False
    post.house.clock.go_on(DAY)
    assert post.round() == []
    assert post.kinds() == {"checked-out given-up"}


def test_an_address_that_takes_no_mail_holds_up_nobody_else(post: Post, pdf_id: str) -> None:
    post.mailer.refused = {EVA}
    post.lend(pdf_id)
    assert [to for to, _ in post.round()] == [ANA]
    assert post.kinds() == {"lent refused", "checked-out sent"}


def test_a_borrowers_address_is_forgotten_a_month_after_the_loan(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id).reading_pass.loan
    post.house.give_back(loan)
    post.house.clock.go_on(30 * DAY)
    assert post.letters.forget_old() == 0
    post.house.clock.go_on(timedelta(seconds=1))
    assert post.letters.forget_old() == 1
    assert post.house.library.cabinet.post.borrowers == {}
    assert post.house.library.cabinet.post.waiting == {}


def test_a_claim_that_is_refused_keeps_no_address_and_writes_nothing(post: Post, pdf_id: str) -> None:
    with pytest.raises(refusals.UnacceptableInput):
        post.lend(pdf_id, email="eva@example.org\nBcc: all@example.org")
    assert post.house.library.cabinet.post.borrowers == {}
    assert post.round() == []


def test_a_library_without_mail_keeps_no_address(house: House, pdf_id: str) -> None:
    silent = Correspondence(house.library, house.clock, FakeLetterTokens())
    with pytest.raises(refusals.UnacceptableInput, match="sends no mail"):
        silent.set_address(house.ana, ANA, "en")
    token = house.offer(pdf_id)
    house.lending.claim(token, ClaimRequest("Eva", house.proof("eva"), email=EVA), CLAIM)
    assert house.library.cabinet.post.borrowers == {}
    assert silent.send_waiting() == 0


def test_a_read_only_token_changes_no_address(post: Post) -> None:
    with pytest.raises(refusals.NotAllowed):
        post.letters.set_address(Actor(post.house.ana.account, may_change=False), EVA, "en")
    assert post.letters.address_of(post.house.ana) == ANA


def test_who_wants_no_more_letters_gets_none_and_is_forgotten(post: Post, pdf_id: str) -> None:
    earlier = post.lend(pdf_id).reading_pass.loan
    post.house.give_back(earlier)
    loan = post.lend(pdf_id).reading_pass.loan
    post.round()
    token = FakeLetterTokens().mint_letters(loan.id)
    assert post.letters.look(token) == LettersSeen("Primera memoria", "Ana", stopped=False)
    for _ in range(2):
        post.letters.stop(token)
        assert post.letters.look(token) == LettersSeen("Primera memoria", "Ana", stopped=True)
    assert post.house.library.cabinet.post.borrowers.keys() == {earlier.id}
    post.house.clock.go_on(13 * DAY)
    assert post.round() == []


def test_a_letter_that_waits_when_its_address_is_forgotten_is_not_sent(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id).reading_pass.loan
    post.letters.stop(FakeLetterTokens().mint_letters(loan.id))
    assert [to for to, _ in post.round()] == [ANA]


@pytest.mark.parametrize("token", ["letters-about-nobody", "token for link", ""])
def test_what_is_no_token_of_letters_stops_nothing(post: Post, pdf_id: str, token: str) -> None:
    loan = post.lend(pdf_id).reading_pass.loan
    with pytest.raises(refusals.UnknownLink):
        post.letters.look(token)
    assert loan.id in post.house.library.cabinet.post.borrowers


def give(house: House, copy_id: str) -> None:
    house.giving.accept(house.zoe, house.giving.offer(house.ana, copy_id, Words()).token)


def test_whoever_gave_a_book_is_told_once_that_it_was_accepted(post: Post, pdf_id: str) -> None:
    post.letters.set_address(post.house.zoe, "zoe@example.org", "en")
    give(post.house, pdf_id)
    assert post.round() == [(ANA, "Zoë has accepted “Primera memo")]
    (letter,) = post.mailer.letters
    assert "https://books.example.org/shelf" in letter.get_body(("plain",)).get_content()
    assert "List-Unsubscribe" not in letter
    assert post.round() == []
    post.house.clock.go_on(31 * DAY)
    post.letters.forget_old()
    assert post.kinds() == set()


def test_what_was_for_the_giver_is_not_told_to_the_new_owner(post: Post, pdf_id: str) -> None:
    post.letters.set_address(post.house.zoe, "zoe@example.org", "en")
    loan = post.lend(pdf_id, email="").reading_pass.loan
    post.mailer.away = True
    post.round()
    post.house.clock.go_on(timedelta(minutes=5))
    post.house.give_back(loan)
    post.house.clock.go_on(timedelta(minutes=5))
    give(post.house, pdf_id)
    post.house.clock.go_on(timedelta(hours=7))
    post.mailer.away = False
    assert [to for to, _ in post.round()] == [ANA]
    assert post.kinds() == {"checked-out moot", "returned moot", "gift-accepted sent"}


# --- the line ---------------------------------------------------------------------------------------------


def ask(post: Post, copy_id: str, name: str, *, approves: bool = False) -> str:
    """Somebody asks on the title's page and leaves an address; the token of their place."""
    page = post.house.asking.open_for_copy(post.house.ana, copy_id, approves=approves)
    post.house.clock.go_on(timedelta(minutes=1))
    email = f"{name}@example.org"
    request = ClaimRequest(name.title(), post.house.proof(name, "/asks"), email=email, language="en")
    return post.house.waiting.ask(page.id, None, request, "/asks", "").token


def test_who_waits_is_told_that_they_do_and_of_their_turn(post: Post, pdf_id: str) -> None:
    loan = post.lend(pdf_id).reading_pass.loan
    post.round()
    ask(post, pdf_id, "bo")
    assert post.round() == [("bo@example.org", "You are in line for “Primera m")]
    post.house.give_back(loan)
    assert post.round() == [(ANA, "“Primera memoria” is back"), ("bo@example.org", "It’s your turn")]
    turn = post.mailer.letters[-1]
    body = turn.get_body(("plain",))
    assert body is not None
    assert "https://books.example.org/w#place of " in body.get_content()
    assert [part.get_content_type() for part in turn.iter_attachments()] == ["text/calendar"]


def test_whose_turn_it_is_at_once_is_not_told_that_they_wait(post: Post, pdf_id: str) -> None:
    ask(post, pdf_id, "bo")
    assert post.round() == [("bo@example.org", "It’s your turn")]
    assert "in-line moot" in post.kinds()


def test_who_did_not_come_is_told_and_so_is_the_next(post: Post, pdf_id: str) -> None:
    ask(post, pdf_id, "bo")
    ask(post, pdf_id, "kim")
    post.round()
    post.house.clock.go_on(2 * DAY)
    post.house.lending.settle_due()
    assert sorted(post.round()) == [
        ("bo@example.org", "“Primera memoria” is kept for "),
        ("kim@example.org", "It’s your turn"),
    ]


def test_the_owner_is_asked_once_and_their_answer_is_told(post: Post, pdf_id: str) -> None:
    for _ in range(2):
        place = ask(post, pdf_id, "bo", approves=True)
    assert post.round() == [(ANA, "Bo asks to borrow “Primera mem")]
    hold_id = post.house.waiting.look(place).hold.id
    post.house.waiting.decline(post.house.ana, pdf_id, hold_id)
    assert post.round() == [("bo@example.org", "You can’t borrow “Primera memo")]
    ask(post, pdf_id, "kim", approves=True)
    post.house.waiting.decline(
        post.house.ana, pdf_id, post.house.waiting.of_copy(post.house.ana, pdf_id)[0].hold.id
    )
    assert (ANA, "Kim asks to borrow “Primera me") not in post.round()
    assert "asked moot" in post.kinds()


def test_letters_of_a_place_go_on_with_its_loan_and_are_stopped_together(post: Post, pdf_id: str) -> None:
    place = ask(post, pdf_id, "bo")
    turn = post.house.waiting.look(place).turn
    assert turn is not None
    post.house.claim(turn.token, "bo")
    assert ("bo@example.org", "“Primera memoria” is yours to ") in post.round()
    token = FakeLetterTokens().mint_letters(turn.link.id)
    assert not post.letters.look(token).stopped
    post.letters.stop(token)
    assert post.letters.look(token).stopped
    post.house.lending.recall(post.house.ana, pdf_id)
    assert "bo@example.org" not in [to for to, _ in post.round()]
