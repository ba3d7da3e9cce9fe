"""What opens an entry of the log opens as nobody else's than whose it is"""

import hmac
import os
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AT_ONCE = 1000
NONCE_SIZE = 12


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down.

    Each opening is sealed anew with its patron's id. One that doesn't open is let be: it is for the auditor
    to name.
    """
    opening = sa.table(
        "log_opening",
        sa.column("number", sa.BigInteger),
        sa.column("field", sa.String),
        sa.column("patron_id", sa.String),
        sa.column("sealed", sa.LargeBinary),
    )
    key = sa.table("patron_key", sa.column("patron_id", sa.String), sa.column("salt", sa.LargeBinary))
    connection = op.get_bind()
    columns = (opening.c.number, opening.c.field, opening.c.patron_id, opening.c.sealed, key.c.salt)
    found = sa.select(*columns).join_from(opening, key, key.c.patron_id == opening.c.patron_id)
    put = sa.update(opening).where(
        opening.c.number == sa.bindparam("its_number"), opening.c.field == sa.bindparam("its_field")
    )
    put = put.values(sealed=sa.bindparam("sealed_anew"))
    last = connection.execute(sa.select(sa.func.max(opening.c.number))).scalar()
    if last is None:
        return
    secret = context.config.attributes["secret_of_log"]()
    for start in range(0, last + 1, AT_ONCE):
        rows = connection.execute(found.where(opening.c.number.between(start, start + AT_ONCE - 1))).all()
        if anew := [one for one in (_anew(secret, row) for row in rows) if one]:
            connection.execute(put, anew)


def _anew(secret: bytes, row: sa.Row[*tuple[Any, ...]]) -> dict[str, object] | None:
    sealer = AESGCM(hmac.digest(secret, b"lend/v1/opening\0" + row.salt, "sha256"))
    place = row.number.to_bytes(8) + row.field.encode()
    try:
        plain = sealer.decrypt(row.sealed[:NONCE_SIZE], row.sealed[NONCE_SIZE:], b"lend/v1/opening\0" + place)
    except (InvalidTag, ValueError):
        return None
    nonce = os.urandom(NONCE_SIZE)
    binding = b"lend/v2/opening\0" + place + b"\0" + row.patron_id.encode()
    sealed = nonce + sealer.encrypt(nonce, plain, binding)
    return {"its_number": row.number, "its_field": row.field, "sealed_anew": sealed}
