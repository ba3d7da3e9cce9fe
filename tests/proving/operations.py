"""What people do with a copy, each as one row of a table. A new act of the desk gets its row here.

An operation looks at what is known of a copy, sends one request or none, and keeps what came of it as an
`Act`. What a refusal must be is not judged here: that is for the model.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Final

from tests.proving.board import Board, Held, Offered, Place, SetOut, Shelved
from tests.proving.failpoints import header
from tests.proving.friends import Asked, LostError, NotSentError, Reply, Tab
from tests.proving.history import Act, Kind
from tests.proving.houses import CHAPTER, House
from tests.proving.model import OWNER
from tests.proving.nemeses import Crashes

API: Final = "/api/v1"
SHORT_LOANS: Final = (1, 2, 3)  # seconds: these expire during the run
LONG_LOAN: Final = 86_400
LINK_CLOSED: Final = ("link-used", "link-cancelled", "link-expired", "not-passed-on")
VOID: Final = ("proof-invalid", "pass-expired", "reading-too-fast", "asked-too-often")
"""Refused at the door: the desk was not asked."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One person's tab, in front of one copy."""

    tab: Tab
    shelved: Shelved
    board: Board
    house: House
    crashes: Crashes

    def do(self, kind: Kind, asked: Asked, outcome: Callable[[Reply], str], act: "Wanted") -> Reply | None:
        """Send, and keep what came of it. Returns an answer of the desk's, or None if there is none."""
        number, invoked = self.board.new_number(), time.monotonic_ns()
        crash = self.crashes.wanted(kind)
        if crash:
            asked = Asked(asked.method, asked.path, asked.body, (*asked.headers, header(kind, crash)))
        try:
            reply = self.tab.send(asked)
        except NotSentError:
            return None
        except LostError:
            reply = None
        answered = time.monotonic_ns()
        if crash:
            self.crashes.came(kind, crash, answered=reply is not None)
        if reply is not None and reply.status >= 500:
            if self.house.darkness.covers(invoked):
                return None
            reply = None  # "nothing was changed", it says; but it may not know
        came = "" if reply is None else outcome(reply) if reply.status < 300 else _refused(reply)
        if came in VOID:
            return None
        if kind in (Kind.CLAIM, Kind.PASS_ON) and came == "loan-ended":
            reply, came = None, ""  # it was opened, and was due before the answer could be written
        loan = act.loan or ("" if reply is None or reply.status >= 300 else act.loan_in(reply))
        known = None if reply is None else answered
        done = Act(
            number,
            kind,
            self.shelved.copy,
            act.who,
            invoked,
            known,
            came,
            act.link,
            loan,
            shown=act.shown,
            ends=act.ends,
        )
        self.board.done(self.shelved, done)
        return reply

    @property
    def as_owner(self) -> tuple[tuple[str, str], ...]:
        """The header of the owner's script."""
        return (("Authorization", f"Bearer {self.house.token}"),)

    def copy_path(self, rest: str) -> str:
        """An address of this copy."""
        return f"{API}/copies/{self.shelved.copy}/{rest}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who does something to which link or loan; and how the answer names the loan, if it gives one."""

    who: str
    link: str = ""
    loan: str = ""
    loan_in: Callable[[Reply], str] = lambda reply: ""
    shown: str = ""
    ends: str = ""


def make_link(scene: Scene) -> None:
    """The owner makes a link."""
    dice, tag = scene.tab.dice, scene.board.new_tag()
    lasts = dice.choice(SHORT_LOANS) if dice.random() < 0.4 else LONG_LOAN
    body = {"loan_seconds": lasts, "note": tag}
    asked = Asked("POST", scene.copy_path("link"), body, scene.as_owner)
    reply = scene.do(Kind.MAKE_LINK, asked, lambda _: "done", Wanted(OWNER, tag))
    if reply is not None and reply.status == 201:
        scene.shelved.links.append(Offered(tag, reply.said["token"]))
    elif reply is None or reply.refusal == "link-already-out":
        _look_at_link(scene)


def _look_at_link(scene: Scene) -> None:
    """The owner looks which link waits: perhaps one whose making was never answered. (A copy that is held
    waits behind its friend's.)"""
    try:
        reply = scene.tab.send(Asked("GET", scene.copy_path("link"), None, scene.as_owner))
    except (NotSentError, LostError):
        return
    known = [offered.tag for offered in scene.shelved.links]
    if reply.status == 200 and reply.said["kind"] == "loan" and reply.said["note"] not in known:
        scene.shelved.links.append(Offered(reply.said["note"], reply.said["token"]))


def cancel_link(scene: Scene) -> None:
    """The owner takes the waiting link back."""
    asked = Asked("DELETE", scene.copy_path("link"), None, scene.as_owner)
    scene.do(Kind.CANCEL_LINK, asked, lambda _: "done", Wanted(OWNER))


def claim(scene: Scene) -> None:
    """A friend borrows: with the newest link or an old one, or once more after a lost answer."""
    who, dice, links = scene.tab.person.name, scene.tab.dice, list(scene.shelved.links)
    if not links:
        return
    doubtful = scene.shelved.doubtful.get(who)
    offered = doubtful or (links[-1] if dice.random() < 0.8 else dice.choice(links))
    path, given = f"{API}/claims", scene.board.new_pass()
    binding = {"kind": "key", "proof": scene.tab.proof(path)}
    body = {"token": offered.token, "name": who, "binding": binding}
    loan_in: Callable[[Reply], str] = lambda reply: str(reply.said["loan"]["id"])  # noqa: E731 - names the loan
    wanted = Wanted(who, offered.tag, loan_in=loan_in, shown=given, ends=offered.ends)
    kind = Kind.PASS_ON if offered.ends else Kind.CLAIM
    reply = scene.do(kind, Asked("POST", path, body), _opened, wanted)
    if reply is None:
        scene.shelved.doubtful[who] = offered
        return
    scene.shelved.doubtful.pop(who, None)
    if reply.status < 300:
        loan = str(reply.said["loan"]["id"])
        scene.shelved.loans.append(Held(loan, who, _pass_of(reply, loan), given))


def read(scene: Scene) -> None:
    """Somebody turns a page of the loan that was had last, or shows the pass of an earlier one."""
    loans, dice = list(scene.shelved.loans), scene.tab.dice
    if not loans:
        return
    held = loans[-1] if dice.random() < 0.6 else dice.choice(loans)
    headers = _shown(held) if held.reading_pass else scene.as_owner
    asked = Asked("GET", f"{API}/loans/{held.loan}/r/{CHAPTER}", None, headers)
    scene.do(Kind.READ, asked, _served, Wanted(held.who, loan=held.loan, shown=held.tag))


def check_in(scene: Scene) -> None:
    """A friend returns a loan of theirs, perhaps one that ended long ago."""
    who, dice = scene.tab.person.name, scene.tab.dice
    mine = [held for held in scene.shelved.loans if held.who == who]
    if not mine:
        return
    held = mine[-1] if dice.random() < 0.8 else dice.choice(mine)
    path = f"{API}/loans/{held.loan}/return"
    asked = Asked("POST", path, {"proof": scene.tab.proof(path)})
    scene.do(Kind.CHECK_IN, asked, lambda _: "done", Wanted(who, loan=held.loan))


def renew(scene: Scene) -> None:
    """A friend keeps the book for longer."""
    who, dice = scene.tab.person.name, scene.tab.dice
    mine = [held for held in scene.shelved.loans if held.who == who]
    if not mine:
        return
    held = mine[-1] if dice.random() < 0.8 else dice.choice(mine)
    asked = Asked("POST", f"{API}/loans/{held.loan}/renewal", None, _shown(held))
    scene.do(Kind.RENEW, asked, lambda _: "done", Wanted(who, loan=held.loan, shown=held.tag))


def carry(scene: Scene) -> None:
    """A loan goes on in another browser: this friend's phone is, here, another friend's."""
    who, dice = scene.tab.person.name, scene.tab.dice
    doubtful = scene.shelved.on_the_way.pop(who, None)
    if doubtful is None:
        mine = [held for held in scene.shelved.loans if held.who == who]
        if mine:
            _set_out(scene, mine[-1])
        others = [setting for setting in scene.shelved.set_out if setting.who != who]
        if not others:
            return
        doubtful = others[-1] if dice.random() < 0.8 else dice.choice(others)
    _arrive(scene, doubtful)


def _set_out(scene: Scene, held: Held) -> None:
    """The token for another browser. Nothing changes by it."""
    path = f"{API}/loans/{held.loan}/carriage"
    asked = Asked("POST", path, {"proof": scene.tab.proof(path)}, _shown(held))
    try:
        reply = scene.tab.send(asked)
    except (NotSentError, LostError):
        return
    if reply.status == 200:
        token = reply.said["url"].partition("#")[2]
        scene.shelved.set_out.append(SetOut(held.loan, held.who, token))


def _arrive(scene: Scene, setting: SetOut) -> None:
    who, path, given = scene.tab.person.name, f"{API}/arrivals", scene.board.new_pass()
    body = {"token": setting.token, "binding": {"kind": "key", "proof": scene.tab.proof(path)}}
    wanted = Wanted(who, link=setting.who, loan=setting.loan, shown=given)
    reply = scene.do(Kind.CARRY, Asked("POST", path, body), lambda _: "done", wanted)
    if reply is None:
        scene.shelved.on_the_way[who] = setting
    elif reply.status < 300:
        scene.shelved.loans.append(Held(setting.loan, who, _pass_of(reply, setting.loan), given))


def offer_on(scene: Scene) -> None:
    """A friend offers the rest of a loan of theirs to another."""
    who = scene.tab.person.name
    mine = [held for held in scene.shelved.loans if held.who == who]
    if not mine:
        return
    held, tag = mine[-1], scene.board.new_tag()
    path = f"{API}/loans/{held.loan}/onward"
    asked = Asked("POST", path, {"note": tag, "proof": scene.tab.proof(path)}, _shown(held))
    reply = scene.do(Kind.OFFER_ON, asked, lambda _: "done", Wanted(who, tag, held.loan, shown=held.tag))
    if reply is not None and reply.status == 201:
        scene.shelved.links.append(Offered(tag, reply.said["token"], ends=held.loan))


def ask(scene: Scene) -> None:
    """A friend asks to borrow: once more, if there was no answer."""
    who, path, tag = scene.tab.person.name, scene.house.lines[scene.shelved.copy], scene.board.new_name()
    body = {"name": tag, "binding": {"kind": "key", "proof": scene.tab.proof(path)}}
    placed: Callable[[Reply], str] = lambda reply: "placed" if reply.said["place"]["name"] == tag else "same"  # noqa: E731 - reads as a sentence below
    reply = scene.do(Kind.ASK, Asked("POST", path, body), placed, Wanted(who, tag))
    if reply is not None and reply.status < 300:
        scene.shelved.places[who] = Place(reply.said["place"]["name"], reply.said["token"])


def come(scene: Scene) -> None:
    """A friend in line looks whether their turn has come. Looking changes nothing."""
    place = scene.shelved.places.get(scene.tab.person.name)
    if place is None:
        return
    try:
        reply = scene.tab.send(Asked("POST", f"{API}/holds/look", {"token": place.token}))
    except (NotSentError, LostError):
        return
    known = [offered.tag for offered in scene.shelved.links]
    if reply.status == 200 and reply.said["link_token"] and place.tag not in known:
        scene.shelved.links.append(Offered(place.tag, reply.said["link_token"]))


def leave(scene: Scene) -> None:
    """A friend gives their place in the line up."""
    who = scene.tab.person.name
    place = scene.shelved.places.get(who)
    if place is not None:
        asked = Asked("POST", f"{API}/holds/leave", {"token": place.token})
        scene.do(Kind.LEAVE, asked, lambda _: "left", Wanted(who, place.tag))


def extend(scene: Scene) -> None:
    """The owner lets whoever has the copy keep it for longer."""
    body = {"loan_seconds": scene.tab.dice.choice((*SHORT_LOANS, LONG_LOAN))}
    asked = Asked("POST", scene.copy_path("extension"), body, scene.as_owner)
    scene.do(Kind.EXTEND, asked, lambda _: "done", Wanted(OWNER, loan_in=lambda reply: str(reply.said["id"])))


def recall(scene: Scene) -> None:
    """The owner asks for the copy back."""
    asked = Asked("POST", scene.copy_path("recall"), None, scene.as_owner)
    scene.do(Kind.RECALL, asked, lambda _: "done", Wanted(OWNER, loan_in=lambda reply: str(reply.said["id"])))


def take(scene: Scene) -> None:
    """The owner takes the copy to read it."""
    asked = Asked("POST", scene.copy_path("reading"), None, scene.as_owner)
    wanted = Wanted(OWNER, loan_in=lambda reply: str(reply.said["loan"]["id"]))
    reply = scene.do(Kind.TAKE, asked, lambda _: "had", wanted)
    if reply is not None and reply.status == 200:
        loan = wanted.loan_in(reply)
        if loan not in [held.loan for held in scene.shelved.loans]:
            scene.shelved.loans.append(Held(loan, OWNER))


def put_back(scene: Scene) -> None:
    """The owner puts the copy back."""
    asked = Asked("DELETE", scene.copy_path("reading"), None, scene.as_owner)
    scene.do(Kind.PUT_BACK, asked, lambda _: "done", Wanted(OWNER))


OPERATIONS: Final[tuple[tuple[Callable[[Scene], None], int], ...]] = (
    (read, 22),
    (claim, 17),
    (check_in, 13),
    (make_link, 10),
    (put_back, 6),
    (renew, 5),
    (recall, 4),
    (carry, 4),
    (offer_on, 4),
    (ask, 4),
    (come, 6),
    (leave, 2),
    (take, 4),
    (extend, 3),
    (cancel_link, 2),
)
"""What is done, and how often out of a hundred times."""


def _refused(reply: Reply) -> str:
    return "link-closed" if reply.refusal in LINK_CLOSED else reply.refusal


def _opened(reply: Reply) -> str:
    return "opened" if reply.status == 201 else "same"


def _served(reply: Reply) -> str:
    return "served" if b"</html>" in reply.body else "served nothing"


def _shown(held: Held) -> tuple[tuple[str, str], ...]:
    return (("Cookie", f"loan-{held.loan}={held.reading_pass}"),)


def _pass_of(reply: Reply, loan: str) -> str:
    cookies: SimpleCookie = SimpleCookie()
    for line in reply.headers.get_all("Set-Cookie", []):
        cookies.load(line)
    return cookies[f"loan-{loan}"].value
