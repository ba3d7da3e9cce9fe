import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.epub.references import References, Target, encode_path, leads_elsewhere, resolve

HOSTILE = [
    "javascript:alert(1)",
    "JaVa\tScript:alert(1)",
    " \n\x01javascript:alert(1)",
    "java\r\nscript:x",
    "vbscript:x",
    "data:text/html,<script>",
    "data:image/svg+xml,<svg/>",
    "file:///etc/passwd",
    "http://tracker.example/x",
    "//tracker.example/x",
    "\\\\tracker.example\\x",
    "/\\tracker.example",
    "\t//tracker.example/x",
    "/admin",
    "../../x",
    "%2e%2e/%2E%2e/x",
    "a/..%2f..%2f..%2fx",
    "..\\..\\x",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_nothing_outside_the_book_is_loaded(address: str) -> None:
    references = References("OPS/c1.xhtml")
    assert resolve("OPS/c1.xhtml", address) is None
    assert references.resource(address) is None
    assert references.image(address) is None
    assert references.style_resource(address) is None


@pytest.mark.parametrize("address", [one for one in HOSTILE if "http" not in one])
def test_only_the_web_and_mail_can_be_followed(address: str) -> None:
    assert References("OPS/c1.xhtml").link(address) is None


@pytest.mark.parametrize(
    "address", ["https://a.example/", "HTTP://a.example", "mailto:a@b.example", "#n1", "c2.xhtml#x"]
)
def test_ordinary_links_stay(address: str) -> None:
    assert References("OPS/c1.xhtml").link(address) == address


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("c2.xhtml", Target("OPS/text/c2.xhtml")),
        ("../img/a%20b.png", Target("OPS/img/a b.png")),
        ("..\\img\\a.png", Target("OPS/img/a.png")),
        ("../../mimetype", Target("mimetype")),
        ("#n1", Target("OPS/text/c1.xhtml", "n1")),
        ("四.xhtml#é", Target("OPS/text/四.xhtml", "é")),
        ("c2.xhtml?x=1#y", Target("OPS/text/c2.xhtml", "y")),
    ],
)
def test_addresses_resolve_within_the_archive(address: str, target: Target) -> None:
    assert resolve("OPS/text/c1.xhtml", address) == target


def test_a_picture_may_be_spelled_out() -> None:
    references = References("c1.xhtml")
    assert references.image("data:image/png;base64,AAAA")
    assert references.resource("data:image/png;base64,AAAA") is None
    assert references.style_resource("data:font/woff2;base64,AAAA")


def test_resources_can_be_rewritten_for_a_page_elsewhere_but_not_links() -> None:
    references = References("OPS/img/a.svg", resources_at="../../../r/")
    assert references.resource("../b c.jpg#x") == "../../../r/OPS/b%20c.jpg#x"
    assert references.resource("#gradient") == "#gradient"
    assert references.link("../c1.xhtml") == "../c1.xhtml"


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text and "\\" not in text))
def test_an_encoded_path_leads_back_to_its_file(name: str) -> None:
    path = "/".join(step for step in name.split("/") if step not in ("", ".", "..")) or "x"
    if "\\" not in path:
        found = resolve("", encode_path(path))
        # An address with a scheme is no path: it is only ever used behind a folder.
        assert (
            found == Target(path) or leads_elsewhere(encode_path(path)) or resolve("r/x", encode_path(path))
        )
