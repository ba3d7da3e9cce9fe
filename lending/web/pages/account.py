"""Sign-in, the first account, password, access tokens, language."""

from datetime import timedelta

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lending.ports.records import Role
from lending.refusals import Refusal
from lending.services.accounts import SESSION_LASTS, SHORTEST_PASSWORD, NewAccount, SignedIn
from lending.web import cookies, guards
from lending.web.addresses import ask_link, to
from lending.web.desk import desk
from lending.web.language import LANGUAGES, of_request
from lending.web.refusals_http import told

bp = Blueprint("account", __name__)
LANGUAGE_LASTS = timedelta(days=365)


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The form."""
    return render_template("account/sign_in.html", next=_local(request.args.get("next", "")))


@bp.post("/sign-in")
def signing_in() -> ResponseReturnValue:
    """Open a session, or say why not, with what was typed kept."""
    name, then = request.form.get("name", ""), _local(request.form.get("next", ""))
    try:
        signed_in = desk().accounts.sign_in(name, request.form.get("password", ""), request.remote_addr or "")
    except Refusal as refusal:
        answer = told(refusal)
        return render_template("account/sign_in.html", told=answer, name=name, next=then), answer.status
    return _with_session(signed_in, then or url_for("house.door"))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    secret = cookies.read(request, cookies.SESSION)
    if secret:
        desk().accounts.sign_out(secret)
    response = to(url_for("house.door"))
    cookies.drop(request, response, cookies.SESSION)
    return response


@bp.get("/welcome")
def welcome() -> str:
    """Where a one-time set-up link leads. Its secret is in the fragment, which no server sees."""
    return render_template("account/welcome.html", shortest=SHORTEST_PASSWORD)


@bp.post("/welcome")
def accepting() -> ResponseReturnValue:
    """Make the account and sign it in."""
    form = request.form
    new = NewAccount(form.get("sign_in_name", ""), form.get("name", ""), form.get("password", ""))
    try:
        signed_in = desk().accounts.accept(form.get("invitation", ""), new)
    except Refusal as refusal:
        answer = told(refusal)
        page = render_template("account/welcome.html", told=answer, typed=form, shortest=SHORTEST_PASSWORD)
        return page, answer.status
    return _with_session(signed_in, url_for("house.door"))


@bp.get("/account")
def account() -> str:
    """The visitor's own account."""
    return account_page()


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Set a new password; other browsers are signed out."""
    actor = guards.actor()
    try:
        signed_in = desk().accounts.change_password(
            actor, request.form.get("old", ""), request.form.get("new", "")
        )
    except Refusal as refusal:
        return account_page(refused_told=told(refusal)), told(refusal).status
    return _with_session(signed_in, url_for("account.account", changed=1))


@bp.post("/account/email")
def change_address() -> ResponseReturnValue:
    """Keep where letters go, or forget it."""
    typed = request.form.get("email", "")
    try:
        desk().correspondence.set_address(guards.actor(), typed, of_request())
    except Refusal as refusal:
        return account_page(refused_told=told(refusal), typed_email=typed), told(refusal).status
    return to(url_for("account.account", email=1, _anchor="letters"))


@bp.post("/account/tokens")
def make_token() -> ResponseReturnValue:
    """Make an access token and show it, this once."""
    read_only = request.form.get("may") != "change"
    try:
        _, secret = desk().accounts.make_token(
            guards.actor(), request.form.get("label", ""), read_only=read_only
        )
    except Refusal as refusal:
        return account_page(refused_told=told(refusal)), told(refusal).status
    return account_page(secret=secret)


@bp.post("/account/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Make a token worthless."""
    desk().accounts.revoke_token(guards.actor(), token_id)
    return to(url_for("account.account"))


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Remember which language this browser wants."""
    response = to(_local(request.form.get("next", "")) or url_for("house.door"))
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        until = desk().accounts.clock.now() + LANGUAGE_LASTS
        cookies.put(request, response, cookies.LANGUAGE, chosen, until)
    return response


def account_page(**more: object) -> str:
    """The account's page, with what there is to tell of what was just asked."""
    actor = guards.actor()
    owns = Role.OWNER in actor.account.roles
    ask_page = desk().asking.of_account(actor) if owns else None
    return render_template(
        "account/account.html",
        news=desk().news.since(actor).cursor if owns else "",
        tokens=desk().accounts.tokens(actor),
        shortest=SHORTEST_PASSWORD,
        terms=desk().terms.of_account(actor) if owns else None,
        rules=desk().rules.of_account(actor) if owns else None,
        ask_page=ask_page,
        ask_url=ask_link(ask_page.id) if ask_page else "",
        letters=desk().correspondence.is_set_up and owns,
        email=desk().correspondence.address_of(actor) if owns else "",
        **more,
    )


def _with_session(signed_in: SignedIn, then: str) -> Response:
    response = to(then)
    until = desk().accounts.clock.now() + SESSION_LASTS
    cookies.put(request, response, cookies.SESSION, signed_in.session_secret, until)
    return response


def _local(address: str) -> str:
    """An address on this site, or nothing: nobody is sent elsewhere by a link to the sign-in page."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if safe and address.isprintable() else ""
