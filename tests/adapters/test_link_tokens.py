"""Lend-link tokens, and everything that somebody may try instead of one."""

import base64
import hmac
import json
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from lending import refusals
from lending.adapters.link_tokens_jose import LONGEST_TOKEN, JoseLinkTokens, ensure_link_key
from lending.ports.people import Carriage
from lending.sealing.private_files import write_private
from tests.services.making import a_link

LINK = a_link("ab" * 13, copy_id="cd" * 13, for_whom="Eva Gómez", note="A personal word")
CLAIMS = {"aud": "claim", "jti": LINK.id}
GOOD_HEADER = {"typ": "lend+jwt", "alg": "Ed25519"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def tokens(folder: Path) -> JoseLinkTokens:
    """With two keys, so that rotation is always in play."""
    ensure_link_key(folder)
    made = JoseLinkTokens(folder)
    made.rotate()
    return made


@pytest.fixture(scope="module")
def key(folder: Path, tokens: JoseLinkTokens) -> OKPKey:
    """The library's own signing key: for tokens that only the library could sign."""
    newest = max(folder.glob("link-*.jwk"))
    return OKPKey.import_key(json.loads(newest.read_text()))


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def compact(header: Any, sign: Callable[[bytes], bytes], claims: Any = CLAIMS) -> str:
    """A token written by hand, so that no library stops us from writing a bad one."""
    body = f"{encoded(header)}.{encoded(claims)}"
    return f"v1.{body}.{encoded(sign(body.encode()))}"


def signed(key: OKPKey, header: dict[str, Any] | None = None, claims: Any = CLAIMS) -> str:
    """Signed by `key`; a field of the header that is None is left out."""
    full = GOOD_HEADER | {"kid": key.thumbprint()} | (header or {})
    private = key.private_key
    assert isinstance(private, Ed25519PrivateKey)
    return compact({name: value for name, value in full.items() if value is not None}, private.sign, claims)


def unsigned(header: Any) -> str:
    return compact(header, lambda _: b"")


def refused(tokens: JoseLinkTokens, token: str) -> bool:
    try:
        tokens.read(token)
    except refusals.UnknownLink:
        return True
    return False


def test_a_token_names_its_link(tokens: JoseLinkTokens, key: OKPKey) -> None:
    assert tokens.read(tokens.mint(LINK)) == LINK.id
    assert tokens.read(signed(key)) == LINK.id  # so what is refused below is refused for its one fault


def test_a_link_has_always_the_same_token(tokens: JoseLinkTokens, folder: Path) -> None:
    assert tokens.mint(LINK) == tokens.mint(LINK) == JoseLinkTokens(folder).mint(LINK)


def test_a_token_tells_no_names_and_fits_in_a_qr_code(tokens: JoseLinkTokens) -> None:
    token = tokens.mint(LINK)
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[2] + "=="))
    assert set(claims) == {"aud", "jti", "cpy", "iat", "exp"}
    assert len(token) < 500


def test_a_token_without_signature_is_refused(tokens: JoseLinkTokens, key: OKPKey) -> None:
    for alg in ("none", "None", "NONE", ""):
        for kid in (key.thumbprint(), "", None):
            assert refused(tokens, unsigned({"typ": "lend+jwt", "alg": alg, "kid": kid}))
    header, claims, _ = tokens.mint(LINK).removeprefix("v1.").split(".")
    assert refused(tokens, f"v1.{header}.{claims}.")


def test_a_public_key_is_no_shared_secret(tokens: JoseLinkTokens, key: OKPKey) -> None:
    public = key.as_dict(private=False)
    raw = base64.urlsafe_b64decode(str(public["x"]) + "=")
    header = {"typ": "lend+jwt", "alg": "HS256", "kid": key.thumbprint()}
    for secret in (raw, str(public["x"]).encode(), key.as_pem(private=False), json.dumps(public).encode()):
        assert refused(tokens, compact(header, partial(hmac.digest, secret, digest="sha256")))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "EdDSA"},
        {"alg": None},
        {"typ": "dpop+jwt"},
        {"typ": "JWT"},
        {"typ": None},
        {"kid": "another"},
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": False},
    ],
)
def test_a_wrong_header_is_refused_even_when_truly_signed(
    tokens: JoseLinkTokens, key: OKPKey, header: dict[str, Any]
) -> None:
    assert refused(tokens, signed(key, header))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "read", "jti": LINK.id},
        {"jti": LINK.id},
        {"aud": ["claim"], "jti": LINK.id},
        {"aud": "claim"},
        {"aud": "claim", "jti": None},
        {"aud": "claim", "jti": 5},
        [],
        "claim",
        None,
    ],
)
def test_wrong_claims_are_refused_even_when_truly_signed(
    tokens: JoseLinkTokens, key: OKPKey, claims: object
) -> None:
    assert refused(tokens, signed(key, claims=claims))


@pytest.mark.parametrize("trick", ["jku", "x5u", "jwk", "x5c"])
def test_a_token_can_not_bring_its_own_key(tokens: JoseLinkTokens, trick: str) -> None:
    own = OKPKey.generate_key("Ed25519")
    value = {"jwk": own.as_dict(private=False), "x5c": ["MII"]}.get(trick, "https://evil.example/keys")
    assert refused(tokens, signed(own, {trick: value}))
    assert refused(tokens, signed(own, {trick: value, "kid": None}))


def test_another_librarys_token_is_refused(tokens: JoseLinkTokens, tmp_path: Path, key: OKPKey) -> None:
    other = ensure_link_key(tmp_path)
    assert refused(tokens, other.mint(LINK))
    other_key = OKPKey.import_key(json.loads(next(tmp_path.glob("link-*.jwk")).read_text()))
    assert refused(tokens, signed(other_key, {"kid": key.thumbprint()}))


def test_a_token_cut_short_or_changed_anywhere_is_refused(tokens: JoseLinkTokens) -> None:
    token = tokens.mint(LINK)
    for end in range(len(token)):
        assert refused(tokens, token[:end])
    for at in range(3, len(token) - 1, 7):
        other = "A" if token[at] != "A" else "B"
        assert refused(tokens, token[:at] + other + token[at + 1 :])
    assert refused(tokens, token + "A")
    assert refused(tokens, token.replace("v1.", "v2."))


def test_an_oversized_token_is_refused_unread(tokens: JoseLinkTokens) -> None:
    assert refused(tokens, "v1." + "A" * LONGEST_TOKEN)
    assert refused(tokens, "v1." + "." * 200)


@given(st.text(max_size=60) | st.binary(max_size=60).map(unsigned))
def test_no_nonsense_is_a_fault(tokens: JoseLinkTokens, text: str) -> None:
    assert refused(tokens, text)
    assert refused(tokens, "v1." + text)


@pytest.mark.parametrize("raw", [b"[" * 380, b'{"a":' * 70 + b"1", b"null", b"[]", b"\xff\xfe", b"{}"])
def test_a_strange_header_is_no_fault(tokens: JoseLinkTokens, raw: bytes) -> None:
    assert refused(tokens, unsigned(raw))


# --- keys -----------------------------------------------------------------------------------------------


def test_rotation_keeps_links_already_out(tmp_path: Path) -> None:
    tokens = ensure_link_key(tmp_path)
    old = tokens.mint(LINK)
    kid = tokens.rotate()
    new = tokens.mint(LINK)
    assert json.loads(base64.urlsafe_b64decode(new.split(".")[1] + "=="))["kid"] == kid
    assert new != old
    assert [tokens.read(old), tokens.read(new)] == [LINK.id, LINK.id]


def test_another_process_sees_a_rotation_at_once(tmp_path: Path) -> None:
    here = ensure_link_key(tmp_path)
    there = ensure_link_key(tmp_path)
    assert there.mint(LINK) == here.mint(LINK)
    here.rotate()
    assert there.read(here.mint(LINK)) == LINK.id
    assert there.mint(LINK) == here.mint(LINK)


def test_a_key_taken_away_verifies_no_more(tmp_path: Path) -> None:
    tokens = ensure_link_key(tmp_path)
    old = tokens.mint(LINK)
    (first,) = tmp_path.glob("link-*.jwk")
    tokens.rotate()
    assert tokens.read(old) == LINK.id
    first.unlink()
    assert refused(tokens, old)


def test_eight_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    ready = threading.Barrier(8)

    def start(_: int) -> str:
        ready.wait(5)
        return ensure_link_key(tmp_path / "keys").mint(LINK)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_keys_are_their_owners_alone(folder: Path, tokens: JoseLinkTokens) -> None:
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one"
    write_private(path, b"first")
    with pytest.raises(FileExistsError):
        write_private(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


def test_what_gives_lends_nothing_and_what_lends_gives_nothing(tokens: JoseLinkTokens) -> None:
    gift = tokens.mint_gift(LINK)
    assert tokens.read_gift(gift) == LINK.id
    assert refused(tokens, gift)
    for token in (tokens.mint(LINK), gift[:-2], "v1.", ""):
        with pytest.raises(refusals.UnknownLink):
            tokens.read_gift(token)


def test_a_token_of_letters_stops_letters_and_does_nothing_else(tokens: JoseLinkTokens) -> None:
    letters = tokens.mint_letters("loan")
    assert tokens.read_letters(letters) == "loan"
    assert letters == tokens.mint_letters("loan") != tokens.mint_letters("other")
    carriage = tokens.mint_carriage(Carriage("loan", "key", LINK.claim_by))
    for read, others in (
        (tokens.read_letters, (tokens.mint(LINK), carriage, "")),
        (tokens.read, (letters,)),
        (tokens.read_carriage, (letters,)),
    ):
        for other in others:
            with pytest.raises(refusals.UnknownLink):
                read(other)
