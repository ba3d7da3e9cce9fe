import time

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st
from tinycss2 import ast

from lending.epub.references import References, leads_elsewhere
from lending.epub.stylesheets import clean_stylesheet, clean_value, decode_stylesheet

REFERENCES = References("OPS/css/a.css")


@pytest.mark.parametrize(
    "css",
    [
        "p { color: red; margin: 0 auto !important }",
        '@namespace epub "http://www.idpf.org/2007/ops";[epub|type~="toc"] { display: none }',
        '@import "b.css" print;',
        "@media (min-width: 30em) { p { color: red } }",
        '@font-face { font-family: "A"; src: url("../f/a.otf") }',
        'p::before { content: "“" }',
        'p { background: url("data:image/png;base64,AAAA") }',
    ],
)
def test_what_stays_in_the_book_stays_in_the_stylesheet(css: str) -> None:
    assert clean_stylesheet(css, REFERENCES) == css


@pytest.mark.parametrize(
    "css",
    [
        "@import 'http://x.example/a.css';",
        "@import url(//x.example/a.css);",
        '@import url("\\\\x.example/a.css");',
        "@IMPORT url(http://x.example/a.css) screen;",
        "@\\69mport 'http://x.example/a.css';",
        "p{background:url(http://x.example/a)}",
        "p{background:URL( 'HTTP://x.example/a' )}",
        "p{background:\\75rl(http://x.example/a)}",
        "p{background:url(ht\\74p://x.example/a)}",
        "p{background:url(//x.example/a)}",
        "p{background:url('\\\\\\\\x.example/a')}",
        'p{background:image-set("http://x.example/a" 1x)}',
        "p{background:-webkit-image-set(url(http://x.example/a) 1x)}",
        'p{--a:"http://x.example/a";background:image-set(var(--a) 1x)}',
        'p{background:src("http://x.example/a")}',
        "@font-face{font-family:a;src:url(http://x.example/a)}",
        "@media screen{p{background:url(http://x.example/a)}}",
        "@supports (a:b){@media x{p{cursor:url(http://x.example/a),auto}}}",
        "p{background:url(http://x.example/a",
        "p{content:'http://x.example/a",
        "@document url(http://x.example){p{color:red}}",
    ],
)
def test_nothing_is_asked_of_another_server(css: str) -> None:
    assert "x.example" not in clean_stylesheet(css, REFERENCES)


def test_nothing_is_asked_of_the_library_itself() -> None:
    assert "admin" not in clean_stylesheet(
        "p{background:url(/admin)} q{background:url(../../../admin)}", REFERENCES
    )


def test_rules_that_cannot_be_parsed_do_not_take_others_along() -> None:
    assert "color: red" in clean_stylesheet("} p { color: red } @media", REFERENCES)


def test_the_old_prefix_of_epub_becomes_plain_css() -> None:
    assert clean_stylesheet("p{-epub-hyphens:none}", REFERENCES) == "p{hyphens:none}"


def test_a_style_attribute_without_addresses_is_left_alone() -> None:
    assert clean_value("Color : red;; margin:0", REFERENCES) == "Color : red;; margin:0"
    assert clean_value("fill:url(#g)", REFERENCES) == 'fill:url("#g")'


def test_addresses_are_rewritten_for_a_page_elsewhere() -> None:
    references = References("OPS/a.svg", resources_at="../../r/")
    assert clean_value("background:url(img/b.png)", references) == 'background:url("../../r/OPS/img/b.png")'


@pytest.mark.parametrize(
    "css", ["p{" * 50_000, "p{a:" + "(" * 50_000, "p{a:" + "9" * 10_000 + "}", "@media x{" * 50_000]
)
def test_css_made_to_exhaust_the_parser_is_left_out(css: str) -> None:
    start = time.process_time()
    assert len(clean_stylesheet(css, REFERENCES)) < 100
    assert len(clean_value(css + "(", REFERENCES)) < 100
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "data",
    [
        "p{content:'é'}".encode(),
        "@charset \"iso-8859-1\";p{content:'é'}".encode("latin-1"),
        "\ufeffp{content:'é'}".encode(),
    ],
)
def test_a_stylesheet_is_read_in_its_character_set(data: bytes) -> None:
    assert "é" in decode_stylesheet(data)


def addresses(css: str) -> list[str]:
    """Every address and string in the CSS, as a browser would come to see them."""
    found, pending = [], list(tinycss2.parse_component_value_list(css))
    while pending:
        token = pending.pop()
        if isinstance(token, ast.URLToken | ast.StringToken):
            found.append(token.value)
        pending += getattr(token, "content", None) or getattr(token, "arguments", None) or []
    return found


fragments = st.sampled_from(
    [
        "url(",
        "//x",
        "http://x",
        '"',
        "'",
        ")",
        "{",
        "}",
        ";",
        ":",
        "@import ",
        "\\",
        "\n",
        "/*",
        "*/",
        "p",
        " ",
        "é",
        "<!--",
    ]
)


@settings(deadline=None)
@given(st.lists(fragments, max_size=25).map("".join))
def test_no_address_leads_elsewhere_whatever_the_css(css: str) -> None:
    for clean in (clean_stylesheet, clean_value):
        assert not any(
            leads_elsewhere(one) for one in addresses(clean(css, REFERENCES)) if one != "about:invalid"
        )


@pytest.mark.parametrize("flood", ["*," * 500_000 + "p{color:red}", "a{b:c(d)}" * 100_000, "(" * 300_000])
def test_a_flood_of_tokens_styles_nothing_and_keeps_nobody_waiting(flood: str) -> None:
    began = time.process_time()
    assert clean_stylesheet(flood, References("OPS/style.css")) == ""
    assert time.process_time() - began < 1


def test_a_font_within_a_stylesheet_is_no_flood() -> None:
    css = '@font-face{font-family:"a";src:url("data:font/woff2;base64,' + "aGVyb24r" * 200_000 + '")}'
    assert clean_stylesheet(css, References("OPS/style.css")) == css
