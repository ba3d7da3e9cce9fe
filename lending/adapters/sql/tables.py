"""The schema as the migrations leave it (a test compares the two)."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
)

from lending.adapters.sql.columns import COUNTER, Moment, Period, Texts

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "one_%(table_name)s_per_%(column_0_N_name)s",
        "fk": "%(table_name)s_%(column_0_name)s_exists",
        "pk": "%(table_name)s_key",
    }
)


def _id(name: str = "id") -> Column[str]:
    return Column(name, String(32), primary_key=True)


def _ref(name: str, target: str, nullable: bool = False) -> Column[str]:  # noqa: FBT001, FBT002 - reads as the column does
    return Column(name, String(32), ForeignKey(target), nullable=nullable)


def _contact() -> tuple[Column[str], Column[str]]:
    """Where letters go, and in which language they are: kept for nothing else."""
    return Column("email", Text), Column("language", String(16))


account = Table(
    "account",
    metadata,
    _id(),
    Column("sign_in_name", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    *_contact(),
    Column("erased_at", Moment),
    Column("charge", Texts),
)

invitation = Table(
    "invitation",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("roles", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("charge", Texts),
)

session = Table(
    "session",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    _ref("account_id", "account.id"),
    Column("expires_at", Moment, nullable=False),
    Index(None, "account_id"),
)

access_token = Table(
    "access_token",
    metadata,
    _id(),
    _ref("account_id", "account.id"),
    Column("label", Text, nullable=False),
    Column("read_only", Boolean, nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Index(None, "account_id"),
)

edition = Table(
    "edition",
    metadata,
    _id(),
    _ref("owner_id", "account.id"),
    Column("media_type", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("authors", Texts, nullable=False),
    Column("language", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("published", Text, nullable=False),
    Column("identifiers", Texts, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("byte_length", COUNTER, nullable=False),
    Column("extent", Integer, nullable=False),
    Column("file_id", String(32), nullable=False),
    Column("finding_aid_id", String(32), nullable=False),
    Column("cover_id", String(32)),
    Column("added_at", Moment, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("title_folded", Text, nullable=False),
    Column("author_folded", Text, nullable=False),
    Index(None, "owner_id", "fingerprint"),
)


def _terms(name: str, of: str, target: str) -> Table:
    return Table(
        name,
        metadata,
        Column(of, String(32), ForeignKey(target), primary_key=True),
        Column("quotation_limit", Integer),
        Column("slows_down", Boolean, nullable=False),
        Column("guards_printing", Boolean, nullable=False),
        Column("names_reader", Boolean, nullable=False),
    )


owners_terms = _terms("owners_terms", "account_id", "account.id")
titles_terms = _terms("titles_terms", "edition_id", "edition.id")


def _rules(name: str, of: str, target: str) -> Table:
    return Table(
        name,
        metadata,
        Column(of, String(32), ForeignKey(target), primary_key=True),
        Column("loan_period", Period, nullable=False),
        Column("renewals", Integer, nullable=False),
        Column("claim_window", Period, nullable=False),
        Column("recall_notice", Period, nullable=False),
        Column("loans_per_borrower", Integer, nullable=False),
        Column("pick_up_window", Period, nullable=False, server_default="172800"),
        Column("passing_on", Boolean, nullable=False, server_default=false()),
    )


owners_rules = _rules("owners_rules", "account_id", "account.id")
titles_rules = _rules("titles_rules", "edition_id", "edition.id")

copy = Table(
    "copy",
    metadata,
    _id(),
    _ref("edition_id", "edition.id"),
    _ref("owner_id", "account.id"),
    Column("number", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("lost_at", Moment),
    Column("file_until", Moment),
    UniqueConstraint("edition_id", "number"),
    Index(None, "owner_id", "added_at"),
)

Index(
    "files_by_file_until",
    copy.c.file_until,
    sqlite_where=copy.c.file_until.is_not(None),
    postgresql_where=copy.c.file_until.is_not(None),
)

link = Table(
    "link",
    metadata,
    _id(),
    _ref("copy_id", "copy.id"),
    _ref("made_by", "account.id"),
    Column("made_at", Moment, nullable=False),
    Column("claim_by", Moment, nullable=False),
    Column("loan_period", Period, nullable=False),
    Column("for_whom", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("closed_at", Moment),
    Column("kind", String(16), nullable=False, server_default="loan"),
    Column("loan_id", String(32)),
    Index(None, "copy_id"),
)
Index(
    "one_waiting_link",
    link.c.copy_id,
    unique=True,
    sqlite_where=link.c.state == "waiting",
    postgresql_where=link.c.state == "waiting",
)
Index(
    "waiting_links_by_claim_by",
    link.c.claim_by,
    sqlite_where=link.c.state == "waiting",
    postgresql_where=link.c.state == "waiting",
)

loan = Table(
    "loan",
    metadata,
    _id(),
    _ref("copy_id", "copy.id"),
    _ref("link_id", "link.id", nullable=True),
    Column("epoch", Integer, nullable=False),
    Column("checked_out_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("binding", Text, nullable=False),
    Column("borrower_name", Text, nullable=False),
    Column("borrower_folded", Text, nullable=False),
    Column("to_owner", Boolean, nullable=False),
    Column("period", Period),
    Column("renewals", Integer, nullable=False, server_default="0"),
    Column("recalled_at", Moment),
    Column("due_number", Integer, nullable=False, server_default="0"),
    Column("passed_from", String(32)),
    Column("ended_at", Moment),
    Column("end", String(16)),
    *_contact(),
    Index(None, "link_id", unique=True),
    Index(None, "checked_out_at", "id"),
    Index(None, "copy_id", "checked_out_at"),
)
# One copy has one reader: not a rule of the program alone. A program that forgot every
# check could still not write a second open loan.
Index(
    "one_open_loan",
    loan.c.copy_id,
    unique=True,
    sqlite_where=loan.c.ended_at.is_(None),
    postgresql_where=loan.c.ended_at.is_(None),
)
Index(
    "open_loans_by_binding",
    loan.c.binding,
    sqlite_where=loan.c.ended_at.is_(None),
    postgresql_where=loan.c.ended_at.is_(None),
)
Index(
    "open_loans_by_due_at",
    loan.c.due_at,
    sqlite_where=loan.c.ended_at.is_(None),
    postgresql_where=loan.c.ended_at.is_(None),
)

hold = Table(
    "hold",
    metadata,
    _id(),
    _ref("edition_id", "edition.id"),
    Column("binding", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ready_at", Moment),
    Column("closed_at", Moment),
    *_contact(),
)
Index(
    "open_holds_in_order",
    hold.c.edition_id,
    hold.c.asked_at,
    hold.c.id,
    sqlite_where=hold.c.closed_at.is_(None),
    postgresql_where=hold.c.closed_at.is_(None),
)
Index(
    "one_open_hold",
    hold.c.edition_id,
    hold.c.binding,
    unique=True,
    sqlite_where=hold.c.closed_at.is_(None),
    postgresql_where=hold.c.closed_at.is_(None),
)

Index(
    "holds_with_address_by_closed_at",
    hold.c.closed_at,
    sqlite_where=hold.c.email.is_not(None),
    postgresql_where=hold.c.email.is_not(None),
)

ask_page = Table(
    "ask_page",
    metadata,
    _id(),
    _ref("owner_id", "account.id"),
    _ref("edition_id", "edition.id", nullable=True),
    Column("approves", Boolean, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
)
Index(
    "one_open_page_of_title",
    ask_page.c.edition_id,
    unique=True,
    sqlite_where=and_(ask_page.c.closed_at.is_(None), ask_page.c.edition_id.is_not(None)),
    postgresql_where=and_(ask_page.c.closed_at.is_(None), ask_page.c.edition_id.is_not(None)),
)
Index(
    "one_open_page_of_shelf",
    ask_page.c.owner_id,
    unique=True,
    sqlite_where=and_(ask_page.c.closed_at.is_(None), ask_page.c.edition_id.is_(None)),
    postgresql_where=and_(ask_page.c.closed_at.is_(None), ask_page.c.edition_id.is_(None)),
)

reading_pass = Table(
    "reading_pass",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    _ref("loan_id", "loan.id"),
    Column("expires_at", Moment, nullable=False),
    Index(None, "loan_id"),
)

reading_position = Table(
    "reading_position",
    metadata,
    Column("loan_id", String(32), ForeignKey("loan.id"), primary_key=True),
    Column("device", String(64), primary_key=True),
    Column("locator", Text, nullable=False),
    Column("fraction", Float, nullable=False),
    Column("read_at", Moment, nullable=False),
)

margin = Table(
    "margin",
    metadata,
    _id(),
    _ref("copy_id", "copy.id"),
    Column("revision", COUNTER, nullable=False),
    Index(None, "copy_id"),
)

mark = Table(
    "mark",
    metadata,
    Column("margin_id", String(32), ForeignKey("margin.id"), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("revision", COUNTER, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("locator", Text, nullable=False),
    Column("fraction", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("ink", String(16), nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("heard", Texts, nullable=False),
    Column("stays", Boolean, nullable=False, server_default=false()),
    Index(None, "margin_id", "revision"),
)

reading_settings = Table(
    "reading_settings",
    metadata,
    _id("holder_id"),
    Column("settings", Text, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("number", COUNTER, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    _ref("copy_id", "copy.id", nullable=True),
    Column("epoch", Integer, nullable=False),
    _ref("link_id", "link.id", nullable=True),
    _ref("loan_id", "loan.id", nullable=True),
    _ref("by", "account.id", nullable=True),
    Column("due_at", Moment),
    _ref("hold_id", "hold.id", nullable=True),
    _ref("edition_id", "edition.id", nullable=True),
    _ref("to", "account.id", nullable=True),
    Column("detail", Text),
    Column("reason", String(16)),
    Index(None, "copy_id", "number"),
    Index(None, "edition_id", "number"),
    Index(None, "kind", "number"),
)
Index(
    "turn_aways_by_at",
    event.c.at,
    sqlite_where=event.c.kind == "turned-away",
    postgresql_where=event.c.kind == "turned-away",
)

Index(
    "names_shown_by_by",
    event.c.by,
    event.c.at,
    sqlite_where=event.c.kind == "identity-shown",
    postgresql_where=event.c.kind == "identity-shown",
)

Index(
    "gifts_by_copy_id",
    event.c.copy_id,
    event.c.number,
    sqlite_where=event.c.kind == "given",
    postgresql_where=event.c.kind == "given",
)

notice = Table(
    "notice",
    metadata,
    _id("subject_id"),
    Column("kind", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("recipient", String(16), nullable=False),
    _ref("copy_id", "copy.id", nullable=True),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Moment),
    Column("outcome", String(16)),
)
Index(
    "waiting_notices_by_next_try_at",
    notice.c.next_try_at,
    sqlite_where=notice.c.outcome.is_(None),
    postgresql_where=notice.c.outcome.is_(None),
)
Index(
    "loans_with_address_by_ended_at",
    loan.c.ended_at,
    sqlite_where=loan.c.email.is_not(None),
    postgresql_where=loan.c.email.is_not(None),
)

upload = Table(
    "upload",
    metadata,
    _id(),
    _ref("owner_id", "account.id"),
    Column("file_name", Text, nullable=False),
    Column("length", COUNTER, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("copy_id", String(32)),
    Index(None, "made_at"),
)

sealing_key = Table(
    "sealing_key",
    metadata,
    _id("file_id"),
    Column("generation", Integer, nullable=False),
    Column("kek_id", String(32), nullable=False),
    Column("wrapped", LargeBinary(60), nullable=False),
    Index(None, "kek_id"),
)

# How often titles were used, and nothing else: neither by whom, nor when, nor where in the book.
use_count = Table(
    "use_count",
    metadata,
    Column("edition_id", String(32), ForeignKey("edition.id"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("metric", String(32), primary_key=True),
    Column("count", COUNTER, nullable=False),
    Index(None, "month"),
)
