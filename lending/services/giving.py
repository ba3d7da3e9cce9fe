"""Giving a copy to another owner of the library: for good, with all that has happened to it, and nothing that
was its giver's alone."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lending import refusals
from lending.circulation import offering, passing
from lending.circulation.copies import Copy
from lending.circulation.desk import settle
from lending.circulation.links import Link, LinkKind, LinkState
from lending.circulation.passing import Words
from lending.ports.files import BookFiles
from lending.ports.library import Library, Transaction
from lending.ports.people import GiftTokens
from lending.ports.records import Edition, Role, ShelfEntry
from lending.ports.world import Clock, Ids
from lending.services.actors import Actor
from lending.services.lending import SignedLink
from lending.services.waiting import close_line_after_last_copy
from lending.services.words import line, passage


@dataclass(frozen=True, slots=True)
class GiftSeen:
    """What another owner sees who opens a gift's link: the copy, and from whom. Seeing changes nothing."""

    link: Link
    entry: ShelfEntry
    giver: str

    def is_of(self, owner_id: str) -> bool:
        """Whether that owner has accepted it, and has the copy."""
        copy = self.entry.copy
        return self.link.state is LinkState.USED and copy.owner_id == owner_id and copy.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Giving:
    """Where copies change hands.

    An owner's files are sealed under keys of their own. So what changes hands is sealed anew, and the giver's
    file is destroyed with its keys, unless they keep another copy of it.
    """

    library: Library
    clock: Clock
    ids: Ids
    files: BookFiles
    tokens: GiftTokens

    def offer(self, actor: Actor, copy_id: str, words: Words) -> SignedLink:
        """Offer the copy itself to another owner. Raises NotFound, the kinds of CannotLend, or CopyIsOut."""
        owner_id = actor.acts_as(Role.OWNER)
        tidy = Words(line("for_whom", words.for_whom, 100), passage("note", words.note, 1000))
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            decision = passing.offer_gift(copy, tidy, self.ids.new(), self.clock.now())
            desk.circulation.store(decision)
        return self._signed(decision.links[-1])

    def link_out(self, actor: Actor, copy_id: str) -> SignedLink:
        """The gift's link, to be shown again. Raises NotFound when none waits.

        Not for read-only tokens: whoever sees it may have the copy.
        """
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.read() as desk:
            copy = desk.collection.entry(copy_id).copy
        link = copy.link
        if copy.owner_id != owner_id or link is None or not self._is_waiting_gift(link):
            raise refusals.NotFound
        return self._signed(link)

    def take_back(self, actor: Actor, copy_id: str) -> None:
        """Take the gift back. Raises NotFound when none waits."""
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            copy = _own(desk, copy_id, owner_id)
            if copy.link is None or copy.link.kind is not LinkKind.GIFT:
                raise refusals.NotFound
            desk.circulation.store(offering.cancel_link(copy, self.clock.now()))

    def look(self, actor: Actor, token: str) -> GiftSeen:
        """What a gift's link gives. Changes nothing. Who has accepted it may look still.

        Raises NotAllowed for an account that can own nothing and for a token that only reads, UnknownLink,
        YoursAlready for the giver, or the kinds of CannotAccept.
        """
        owner_id = actor.acts_as(Role.OWNER)
        seen = self._seen(token)
        if not seen.is_of(owner_id):
            self._refuse(seen, owner_id)
        return seen

    def accept(self, actor: Actor, token: str) -> ShelfEntry:
        """The copy is the actor's from now on. Who accepted it before gets the same answer again.

        Raises what `look` does. Nothing is half given: what was sealed for nothing is destroyed.
        """
        receiver_id = actor.acts_as(Role.OWNER)
        seen = self._seen(token)
        while not seen.is_of(receiver_id):
            self._refuse(seen, receiver_id)
            self._hand_over(seen, receiver_id)
            seen = self._seen(token)
        return seen.entry

    def _hand_over(self, seen: GiftSeen, receiver_id: str) -> None:
        """Seal the book anew, where the receiver hasn't got it, and write down that it is theirs.

        Where something else changed meanwhile (the cover; what the receiver has), nothing is done:
        look again.
        """
        edition = seen.entry.edition
        try:
            made = [] if self._has(receiver_id, edition) else self._sealed_anew(edition)
        except refusals.NotFound:
            if self._is_as_it_was(edition):
                raise
            return  # somebody was faster, and the file is destroyed
        unneeded = made
        try:
            unneeded = self._change_hands(seen, made, receiver_id)
        finally:
            self._destroy(unneeded)

    def _change_hands(self, seen: GiftSeen, made: list[str], receiver_id: str) -> list[str]:
        """The transaction of `_hand_over`; which sealed files nobody needs after it."""
        with self.library.change() as desk:
            copy, link = self._held(desk, seen.link, receiver_id)
            if link.state is LinkState.USED and copy.owner_id == receiver_id:
                return made  # the same request, twice at once: the other was first
            now = self.clock.now()
            before = desk.collection.edition(seen.entry.edition.id)
            decision = passing.accept_gift(copy, link, receiver_id, now, before.id)
            theirs = desk.collection.edition_by_fingerprint(receiver_id, before.fingerprint)
            if theirs is None:
                if not made or before.file_ids != seen.entry.edition.file_ids:
                    return made
                theirs = _under(before, self.ids.new(), receiver_id, made)
                desk.collection.add_edition(theirs)
                made = []
            desk.circulation.store(decision)
            desk.collection.move_copy(copy.id, theirs.id, now)
            desk.marks.hand_over(copy.id, link.id)
            desk.circulation.store(settle(desk.circulation.lock(copy.id), now))
            close_line_after_last_copy(desk, before.id, link.made_by, now)
            return [*made, *([] if desk.collection.is_needed(before.id) else before.file_ids)]

    def _held(self, desk: Transaction, link: Link, receiver_id: str) -> tuple[Copy, Link]:
        """The copy and its link, with both owners' collections held: in one order, so that two who give to
        each other don't wait for each other."""
        for owner_id in sorted({link.made_by, receiver_id}):
            desk.collection.hold(owner_id)
        copy = desk.circulation.lock(link.copy_id)
        return copy, desk.circulation.link(link.id)

    def _sealed_anew(self, edition: Edition) -> list[str]:
        made: list[str] = []
        try:
            made.extend(self._copied(file_id) for file_id in edition.file_ids)
        except BaseException:
            self._destroy(made)
            raise
        return made

    def _copied(self, file_id: str) -> str:
        with self.files.open(file_id) as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(0)
            return self.files.put(file, length)

    def _destroy(self, file_ids: Sequence[str]) -> None:
        for file_id in file_ids:
            self.files.remove(file_id)

    def _has(self, owner_id: str, edition: Edition) -> bool:
        with self.library.read() as desk:
            return desk.collection.edition_by_fingerprint(owner_id, edition.fingerprint) is not None

    def _is_as_it_was(self, edition: Edition) -> bool:
        with self.library.read() as desk:
            same = desk.collection.edition(edition.id).file_ids == edition.file_ids
            return same and bool(desk.collection.copies_of(edition.id))

    def _seen(self, token: str) -> GiftSeen:
        link_id = self.tokens.read_gift(token)
        with self.library.read() as desk:
            try:
                link = desk.circulation.link(link_id)
            except refusals.NotFound as missing:
                raise refusals.UnknownLink from missing
            return GiftSeen(link, desk.collection.entry(link.copy_id), desk.accounts.get(link.made_by).name)

    def _refuse(self, seen: GiftSeen, owner_id: str) -> None:
        try:
            passing.refuse_gone(seen.link, self.clock.now())
        except refusals.CannotAccept as refusal:
            refusal.facts = {"giver": seen.giver}
            raise
        if seen.link.made_by == owner_id:
            raise refusals.YoursAlready

    def _is_waiting_gift(self, link: Link) -> bool:
        return link.kind is LinkKind.GIFT and link.is_waiting(self.clock.now())

    def _signed(self, link: Link) -> SignedLink:
        return SignedLink(link, self.tokens.mint_gift(link))


def _own(desk: Transaction, copy_id: str, owner_id: str) -> Copy:
    copy = desk.circulation.lock(copy_id)
    if copy.owner_id != owner_id:
        raise refusals.NotFound
    return copy


def _under(edition: Edition, new_id: str, owner_id: str, file_ids: Sequence[str]) -> Edition:
    """The same catalogue record, as another owner's, with files of its own."""
    file_id, finding_aid_id, *cover = file_ids
    return replace(
        edition,
        id=new_id,
        owner_id=owner_id,
        file_id=file_id,
        finding_aid_id=finding_aid_id,
        cover_id=cover[0] if cover else None,
    )
