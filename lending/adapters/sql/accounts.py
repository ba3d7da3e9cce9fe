"""`ports.library.Accounts` over SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from lending import refusals
from lending.adapters.sql.columns import folded
from lending.adapters.sql.tables import access_token, account, invitation, session
from lending.ports.records import AccessToken, Account, Invitation, Role, Session


class SqlAccounts:
    """Who signs in, and how."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Account) -> None:
        """See the port."""
        row = {
            "id": new.id,
            "sign_in_name": new.sign_in_name,
            "name": new.name,
            "name_folded": folded(new.name),
            "roles": _roles_text(new.roles),
            "password_hash": new.password_hash,
            "made_at": new.made_at,
        }
        try:
            self._connection.execute(insert(account).values(row))
        except IntegrityError as error:
            raise refusals.NameTaken from error

    def get(self, account_id: str) -> Account:
        """See the port."""
        row = self._connection.execute(select(account).where(account.c.id == account_id)).one_or_none()
        if row is None:
            raise refusals.NotFound
        return _account(row)

    def by_sign_in_name(self, sign_in_name: str) -> Account | None:
        """See the port."""
        query = select(account).where(account.c.sign_in_name == sign_in_name)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _account(row)

    def all(self) -> list[Account]:
        """See the port."""
        return [
            _account(row) for row in self._connection.execute(select(account).order_by(account.c.made_at))
        ]

    def count(self) -> int:
        """See the port."""
        return self._connection.execute(select(func.count()).select_from(account)).scalar_one()

    def set_password(self, account_id: str, password_hash: str) -> None:
        """See the port."""
        change = update(account).where(account.c.id == account_id).values(password_hash=password_hash)
        self._connection.execute(change)

    def add_invitation(self, new: Invitation) -> None:
        """See the port."""
        row = {
            "secret_hash": new.secret_hash,
            "roles": _roles_text(new.roles),
            "expires_at": new.expires_at,
            "used_at": None,
        }
        self._connection.execute(insert(invitation).values(row))

    def use_invitation(self, secret_hash: str, now: datetime) -> Invitation:
        """See the port."""
        use = (
            update(invitation)
            .where(
                invitation.c.secret_hash == secret_hash,
                invitation.c.used_at.is_(None),
                invitation.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(invitation.c.roles, invitation.c.expires_at)
        )
        row = self._connection.execute(use).one_or_none()
        if row is None:
            raise refusals.InvitationInvalid
        return Invitation(secret_hash, _roles(row.roles), row.expires_at, now)

    def add_session(self, new: Session) -> None:
        """See the port."""
        row = {
            "secret_hash": new.secret_hash,
            "account_id": new.account_id,
            "expires_at": new.expires_at,
        }
        self._connection.execute(insert(session).values(row))

    def by_session(self, secret_hash: str, now: datetime) -> Account | None:
        """See the port."""
        query = (
            select(account)
            .join(session, session.c.account_id == account.c.id)
            .where(session.c.secret_hash == secret_hash, session.c.expires_at > now)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _account(row)

    def end_session(self, secret_hash: str) -> None:
        """See the port."""
        self._connection.execute(delete(session).where(session.c.secret_hash == secret_hash))

    def end_sessions_of(self, account_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(session).where(session.c.account_id == account_id))

    def add_token(self, new: AccessToken) -> None:
        """See the port."""
        row = {
            "id": new.id,
            "account_id": new.account_id,
            "label": new.label,
            "read_only": new.read_only,
            "secret_hash": new.secret_hash,
            "made_at": new.made_at,
            "last_used_at": None,
        }
        self._connection.execute(insert(access_token).values(row))

    def by_token(self, secret_hash: str) -> tuple[Account, AccessToken] | None:
        """See the port."""
        query = (
            select(account, *(column.label(f"token_{column.name}") for column in access_token.c))
            .join(access_token, access_token.c.account_id == account.c.id)
            .where(access_token.c.secret_hash == secret_hash)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (_account(row), _token(row, "token_"))

    def token_used(self, token_id: str, now: datetime) -> None:
        """See the port."""
        change = update(access_token).where(access_token.c.id == token_id).values(last_used_at=now)
        self._connection.execute(change)

    def tokens_of(self, account_id: str) -> list[AccessToken]:
        """See the port."""
        query = (
            select(access_token)
            .where(access_token.c.account_id == account_id)
            .order_by(access_token.c.made_at.desc())
        )
        return [_token(row) for row in self._connection.execute(query)]

    def remove_token(self, account_id: str, token_id: str) -> None:
        """See the port."""
        own = (access_token.c.id == token_id) & (access_token.c.account_id == account_id)
        if self._connection.execute(delete(access_token).where(own)).rowcount == 0:
            raise refusals.NotFound


def _roles_text(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


def _roles(text: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in text.split())


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        sign_in_name=row.sign_in_name,
        name=row.name,
        roles=_roles(row.roles),
        password_hash=row.password_hash,
        made_at=row.made_at,
    )


def _token(row: Row[Any], prefix: str = "") -> AccessToken:
    value = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return AccessToken(
        id=value[prefix + "id"],
        account_id=value[prefix + "account_id"],
        label=value[prefix + "label"],
        read_only=value[prefix + "read_only"],
        secret_hash=value[prefix + "secret_hash"],
        made_at=value[prefix + "made_at"],
        last_used_at=value[prefix + "last_used_at"],
    )
