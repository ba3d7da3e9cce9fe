"""Invitations, sign-in, access tokens."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from lending import refusals
from lending.ports.library import Library, Transaction
from lending.ports.people import Limits, Passwords
from lending.ports.records import AccessToken, Account, Invitation, Role, Session
from lending.ports.world import Clock, Ids
from lending.services.actors import Actor
from lending.services.households import household
from lending.services.words import digest, line

SESSION_LASTS = timedelta(days=30)
INVITATION_LASTS = timedelta(days=2)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024
TRIES_PER_NAME_AND_ADDRESS = 10
TRIES_PER_ADDRESS = 60
TRIES_WITHIN = timedelta(minutes=15)
TOKEN_PREFIX = "lend_pat_"  # noqa: S105 - not a secret: it makes leaked tokens recognisable to scanners


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody says of themselves when they accept an invitation."""

    sign_in_name: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account and the secret of its new session (for the cookie; only its digest is kept)."""

    account: Account
    session_secret: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may come in, and how."""

    library: Library
    clock: Clock
    ids: Ids
    passwords: Passwords
    limits: Limits

    def nobody_yet(self) -> bool:
        """Whether the library has no account at all."""
        with self.library.read() as desk:
            return desk.accounts.count() == 0

    def invite(self, roles: frozenset[Role], charge: frozenset[str] | None = None) -> str:
        """Make a one-time invitation; returns its secret. Good for two days."""
        secret = self.ids.secret()
        with self.library.change() as desk:
            expires = self.clock.now() + INVITATION_LASTS
            desk.accounts.add_invitation(Invitation(digest(secret), roles, expires, charge=charge))
        return secret

    def accept(self, secret: str, new: NewAccount) -> SignedIn:
        """Make the account that an invitation is for, and sign it in.

        Raises InvitationInvalid, NameTaken or UnacceptableInput; the invitation stays
        good then.
        """
        with self.library.change() as desk:
            invitation = desk.accounts.use_invitation(digest(secret), self.clock.now())
            account = self._add(desk, new, invitation.roles, invitation.charge)
            return self._open_session(desk, account)

    def add(self, new: NewAccount, roles: frozenset[Role], charge: frozenset[str] | None = None) -> Account:
        """Make an account outright (the operator's command line). Raises NameTaken or UnacceptableInput."""
        with self.library.change() as desk:
            return self._add(desk, new, roles, charge)

    def set_charge(self, sign_in_name: str, charge: frozenset[str] | None) -> Account:
        """Say whose books a librarian looks after from now on; None: everybody's (the operator's command
        line). Raises NotFound, or NotAllowed for who is no librarian."""
        actor = self.actor_named(sign_in_name)
        actor.reads_as(Role.LIBRARIAN)
        with self.library.change() as desk:
            desk.accounts.set_charge(actor.id, charge)
            return desk.accounts.get(actor.id)

    def in_charge_of(self, actor: Actor) -> list[Account] | None:
        """The owners whose books a librarian looks after, by name; None: everybody. Raises NotAllowed."""
        charge = actor.charge()
        if charge is None:
            return None
        with self.library.read() as desk:
            # Who was erased is not among them, and may have left no row at all.
            return sorted((one for one in desk.accounts.all() if one.id in charge), key=lambda one: one.name)

    def all(self) -> list[Account]:
        """Every account (the operator's command line)."""
        with self.library.read() as desk:
            return desk.accounts.all()

    def actor_named(self, sign_in_name: str) -> Actor:
        """Act for an account (the operator's command line). Raises NotFound."""
        with self.library.read() as desk:
            account = desk.accounts.by_sign_in_name(_folded(sign_in_name))
        if account is None:
            raise refusals.NotFound
        return Actor(account)

    def sign_in(self, sign_in_name: str, password: str, address: str) -> SignedIn:
        """Open a session. Raises WrongCredentials or TooManyTries.

        Tries are counted for the name together with the address, so that a stranger's
        guesses lock the stranger out and not the owner.
        """
        name = _folded(sign_in_name)
        self._count_try(name, address)
        with self.library.read() as desk:
            account = desk.accounts.by_sign_in_name(name)
        if account is None:
            self.passwords.matches_nobody(password)
            raise refusals.WrongCredentials
        if not self.passwords.matches(account.password_hash, password):
            raise refusals.WrongCredentials
        self.limits.clear("sign-in", f"{name} {household(address)}")
        with self.library.change() as desk:
            return self._open_session(desk, account)

    def sign_out(self, session_secret: str) -> None:
        """End a session."""
        with self.library.change() as desk:
            desk.accounts.end_session(digest(session_secret))

    def change_password(self, actor: Actor, old: str, new: str) -> SignedIn:
        """Set a new password; every session ends but the new one returned. Raises WrongCredentials."""
        if not actor.may_change:
            raise refusals.NotAllowed
        if not self.passwords.matches(actor.account.password_hash, old):
            raise refusals.WrongCredentials
        hashed = self.passwords.hash(_password(new))
        with self.library.change() as desk:
            desk.accounts.set_password(actor.id, hashed)
            desk.accounts.end_sessions_of(actor.id)
            return self._open_session(desk, actor.account)

    def reset_password(self, sign_in_name: str, password: str) -> None:
        """Set a password outright (the operator's command line). Raises NotFound."""
        actor = self.actor_named(sign_in_name)
        hashed = self.passwords.hash(_password(password))
        with self.library.change() as desk:
            desk.accounts.set_password(actor.id, hashed)
            desk.accounts.end_sessions_of(actor.id)

    def of_session(self, session_secret: str) -> Actor:
        """Who has this session. Raises NotSignedIn."""
        with self.library.read() as desk:
            account = desk.accounts.by_session(digest(session_secret), self.clock.now())
        if account is None:
            raise refusals.NotSignedIn
        return Actor(account)

    def of_token(self, token: str) -> Actor:
        """Whose access token it is. Raises NotSignedIn."""
        now = self.clock.now()
        with self.library.read() as desk:
            found = desk.accounts.by_token(digest(token))
        if found is None:
            raise refusals.NotSignedIn
        account, record = found
        if record.use_needs_noting(now):
            with self.library.change() as desk:
                desk.accounts.token_used(record.id, now)
        return Actor(account, may_change=not record.read_only)

    def make_token(self, actor: Actor, label: str, *, read_only: bool) -> tuple[AccessToken, str]:
        """A new access token and its secret, which is told this once."""
        if not actor.may_change:
            raise refusals.NotAllowed
        secret = TOKEN_PREFIX + self.ids.secret()
        token = AccessToken(
            id=self.ids.new(),
            account_id=actor.id,
            label=line("label", label, 100, required=True),
            read_only=read_only,
            secret_hash=digest(secret),
            made_at=self.clock.now(),
        )
        with self.library.change() as desk:
            desk.accounts.add_token(token)
        return token, secret

    def tokens(self, actor: Actor) -> list[AccessToken]:
        """The actor's access tokens, newest first."""
        with self.library.read() as desk:
            return desk.accounts.tokens_of(actor.id)

    def revoke_token(self, actor: Actor, token_id: str) -> None:
        """Make a token worthless at once. Raises NotFound."""
        if not actor.may_change:
            raise refusals.NotAllowed
        with self.library.change() as desk:
            desk.accounts.remove_token(actor.id, token_id)

    def _count_try(self, name: str, address: str) -> None:
        address = household(address)
        by_name = self.limits.allow("sign-in", f"{name} {address}", TRIES_PER_NAME_AND_ADDRESS, TRIES_WITHIN)
        by_address = self.limits.allow("sign-in-address", address, TRIES_PER_ADDRESS, TRIES_WITHIN)
        wait = by_name or by_address
        if wait:
            raise refusals.TooManyTries(wait)

    def _add(
        self, desk: Transaction, new: NewAccount, roles: frozenset[Role], charge: frozenset[str] | None
    ) -> Account:
        sign_in_name = line("sign_in_name", new.sign_in_name, 100, required=True)
        account = Account(
            id=self.ids.new(),
            sign_in_name=_folded(sign_in_name),
            name=line("name", new.name, 100) or sign_in_name,
            roles=roles,
            password_hash=self.passwords.hash(_password(new.password)),
            made_at=self.clock.now(),
            charge=charge if Role.LIBRARIAN in roles else None,
        )
        desk.accounts.add(account)
        return account

    def _open_session(self, desk: Transaction, account: Account) -> SignedIn:
        secret = self.ids.secret()
        desk.accounts.add_session(Session(digest(secret), account.id, self.clock.now() + SESSION_LASTS))
        return SignedIn(account, secret)


def _folded(sign_in_name: str) -> str:
    """The name as it is kept and looked up, however it was typed: keyboards disagree about accents."""
    return " ".join(unicodedata.normalize("NFKC", sign_in_name).casefold().split())


def _password(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise refusals.UnacceptableInput("password", f"has fewer than {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise refusals.UnacceptableInput("password", f"is longer than {LONGEST_PASSWORD} characters")
    return password
