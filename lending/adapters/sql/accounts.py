"""`ports.library.Accounts` over SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, delete, func, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError

from lending import refusals
from lending.adapters.sql.columns import folded
from lending.adapters.sql.tables import access_token, account, invitation, metadata, session
from lending.ports.records import AccessToken, Account, Invitation, Role, Session

_IS_HERE = account.c.erased_at.is_(None)


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
            "charge": _charge_kept(new.charge),
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
        query = select(account).where(account.c.sign_in_name == sign_in_name, _IS_HERE)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _account(row)

    def all(self) -> list[Account]:
        """See the port."""
        query = select(account).where(_IS_HERE).order_by(account.c.made_at)
        return [_account(row) for row in self._connection.execute(query)]

    def count(self) -> int:
        """See the port."""
        return self._connection.execute(
            select(func.count()).select_from(account).where(_IS_HERE)
        ).scalar_one()

    def erase(self, account_id: str, at: datetime) -> bool:
        """See the port."""
        self.end_sessions_of(account_id)
        self._connection.execute(delete(access_token).where(access_token.c.account_id == account_id))
        its_row = account.c.id == account_id
        pointing = union_all(*(select(one).where(one == account_id) for one in _pointing_to_accounts()))
        if self._connection.execute(pointing.limit(1)).first() is None:
            self._connection.execute(delete(account).where(its_row))
            return False
        self._connection.execute(update(account).where(its_row).values(**_nobody(account_id), erased_at=at))
        return True

    def set_password(self, account_id: str, password_hash: str) -> None:
        """See the port."""
        its_row = account.c.id == account_id
        self._connection.execute(update(account).where(its_row, _IS_HERE).values(password_hash=password_hash))

    def set_charge(self, account_id: str, charge: frozenset[str] | None) -> None:
        """See the port."""
        change = update(account).where(account.c.id == account_id).values(charge=_charge_kept(charge))
        self._connection.execute(change)

    def leave_charges(self, account_id: str) -> None:
        """See the port."""
        # Invitations first: one that is accepted meanwhile has brought its account by then.
        for table, key in ((invitation, invitation.c.secret_hash), (account, account.c.id)):
            # Held in one order: two who are erased at once may both be in two librarians' charges.
            charged = select(key, table.c.charge).where(table.c.charge.is_not(None)).order_by(key)
            for row_key, ids in self._connection.execute(charged.with_for_update(key_share=True)).all():
                if account_id in ids:
                    left = tuple(one for one in ids if one != account_id)
                    self._connection.execute(update(table).where(key == row_key).values(charge=left))

    def add_invitation(self, new: Invitation) -> None:
        """See the port."""
        row = {
            "secret_hash": new.secret_hash,
            "roles": _roles_text(new.roles),
            "expires_at": new.expires_at,
            "used_at": None,
            "charge": _charge_kept(new.charge),
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
            .returning(invitation.c.roles, invitation.c.expires_at, invitation.c.charge)
        )
        row = self._connection.execute(use).one_or_none()
        if row is None:
            raise refusals.InvitationInvalid
        return Invitation(secret_hash, _roles(row.roles), row.expires_at, now, _charge(row.charge))

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
            .where(session.c.secret_hash == secret_hash, session.c.expires_at > now, _IS_HERE)
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
            .where(access_token.c.secret_hash == secret_hash, _IS_HERE)
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


def _pointing_to_accounts() -> list[Column[Any]]:
    """Every column that holds an account's id, whichever tables there are."""
    keys = (key for table in metadata.sorted_tables for key in table.foreign_keys)
    return [key.parent for key in keys if key.column is account.c.id]


def _nobody(account_id: str) -> dict[str, Any]:
    """What stays of an account that was erased. No name that anybody types begins with a space, and no
    password has an empty hash."""
    return {
        "sign_in_name": f" {account_id}",
        "name": "",
        "name_folded": "",
        "roles": "",
        "charge": None,
        "password_hash": "",
        "email": None,
        "language": None,
    }


def _roles_text(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


def _roles(text: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in text.split())


def _charge_kept(charge: frozenset[str] | None) -> tuple[str, ...] | None:
    return None if charge is None else tuple(sorted(charge))


def _charge(ids: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if ids is None else frozenset(ids)


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        sign_in_name=row.sign_in_name,
        name=row.name,
        roles=_roles(row.roles),
        password_hash=row.password_hash,
        made_at=row.made_at,
        charge=_charge(row.charge),
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
