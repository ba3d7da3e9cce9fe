import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lending.epub.markup import (
    SVG,
    XHTML,
    DeclaresEntities,
    Malformed,
    find_all,
    parse_fragment_text,
    parse_leniently,
    parse_page,
    parse_strictly,
)

DOCTYPE = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
BOMB = "".join(
    [
        "<!DOCTYPE x [",
        '<!ENTITY a "ha">',
        *(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10)),
        "]>",
    ]
)
EXTERNAL = (
    '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://x.example/p"> %p;]>'
)


def text_of(root: etree._Element) -> str:
    return "".join(map(str, root.itertext()))


def page(inside: str, before: str = "") -> bytes:
    return f'{before}<html xmlns="{XHTML}"><head/><body>{inside}</body></html>'.encode()


@pytest.mark.parametrize("doctype", ["", DOCTYPE, "<!DOCTYPE html>"])
def test_the_named_characters_of_html_work_with_and_without_a_doctype(doctype: str) -> None:
    assert (
        text_of(parse_page(page("<p>Caf&eacute;&nbsp;&mdash;&amp;&lt;&hellip;</p>", doctype)))
        == "Café\u00a0—&<…"
    )


@pytest.mark.parametrize("declaration", [BOMB, EXTERNAL])
def test_entities_of_its_own_refuse_a_package_document(declaration: str) -> None:
    with pytest.raises(DeclaresEntities):
        parse_strictly(f"{declaration}<x>&x;</x>".encode())


@pytest.mark.parametrize("declaration", [BOMB, EXTERNAL])
def test_entities_of_its_own_are_left_out_of_a_page(declaration: str) -> None:
    start = time.process_time()
    assert text_of(parse_page(page("[&x;&a9;]", declaration))) == "[]"
    assert text_of(parse_leniently(f"{declaration}<x>[&x;&a9;]</x>".encode())) == "[]"
    assert time.process_time() - start < 1


def test_an_entity_hidden_in_an_attribute_is_not_expanded() -> None:
    root = parse_page(page('<p title="&x;">t</p>', '<!DOCTYPE x [<!ENTITY x "secret">]>'))
    assert find_all(root, "p")[0].get("title") == ""


def test_a_doctype_full_of_quotes_and_brackets_ends_where_it_ends() -> None:
    doctype = """<!DOCTYPE html [<!ENTITY a "]>"> <!-- ]> ' --> <?pi ]> ?> <!ENTITY b ']>'>]>"""
    assert text_of(parse_page(page("kept", doctype))) == "kept"


@pytest.mark.parametrize("junk", ["<!--" * 50_000, "<?" * 50_000, '"' * 99_999, "[" * 99_999])
def test_a_doctype_that_never_ends_takes_no_time(junk: str) -> None:
    start = time.process_time()
    parse_page(f"<!DOCTYPE html {junk}".encode())
    assert time.process_time() - start < 1


@pytest.mark.parametrize("tag", ["x", "div", "ol"])
def test_a_hundred_thousand_levels_crash_nothing(tag: str) -> None:
    deep = f"<{tag}>" * 100_000
    parse_page(deep.encode())
    parse_page(page(deep + "text" + f"</{tag}>" * 100_000))
    with pytest.raises(Malformed):
        parse_strictly(deep.encode())


@pytest.mark.parametrize(
    ("soup", "text"),
    [
        ("<p>one<p>two<br>three", "onetwothree"),
        ("<p>Tom & Jerry &unknown; 1 < 2</p>", "Tom & Jerry &unknown; 1 < 2"),
        ("<p class=a class=b>twice</b></p>", "twice"),
        ("<P>big</P>", "big"),
    ],
)
def test_what_is_not_well_formed_is_repaired(soup: str, text: str) -> None:
    root = parse_page(f"<html><body>{soup}</body></html>".encode())
    assert root.tag == f"{{{XHTML}}}html"
    assert text_of(root) == text


def test_repaired_drawings_and_formulas_get_their_namespaces() -> None:
    root = parse_page(
        b"<p>&<svg viewBox='0 0 1 1'><g><foreignObject><p>x</p></g></svg><math><mi>y</mi></math>"
    )
    assert [element.tag for element in find_all(root, "g")] == [f"{{{SVG}}}g"]
    assert str(find_all(root, "mi")[0].tag).startswith("{http://www.w3.org/1998/Math/MathML}")
    assert {element.tag for element in find_all(root, "p")} == {f"{{{XHTML}}}p"}


def test_html_without_a_namespace_is_html() -> None:
    root = parse_page(b"<html><body><p>x</p></body></html>")
    assert [element.tag for element in find_all(root, "p")] == [f"{{{XHTML}}}p"]


@pytest.mark.parametrize(
    "data",
    [
        "<p>é</p>".encode("utf-16"),
        '<?xml version="1.0" encoding="iso-8859-1"?><p>é</p>'.encode("latin-1"),
        '<meta charset="windows-1252"/><p>é</p>'.encode("cp1252"),
        b"\xef\xbb\xbf<p>\xc3\xa9</p>",
        b"<p>\xe9</p>",
        b'<?xml version="1.0" encoding="idna"?><p>\xc3\xa9</p>',
        b'<?xml version="1.0" encoding="utf-7"?><p>\xc3\xa9</p>',
    ],
)
def test_text_is_read_in_its_character_set(data: bytes) -> None:
    assert text_of(parse_page(data)).strip() == "é"


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_make_a_page_that_is_well_formed(data: bytes) -> None:
    etree.fromstring(etree.tostring(parse_page(data)))


def test_the_text_of_a_blurb_keeps_its_paragraphs() -> None:
    blurb = "<p>One <b>bold</b> man.</p><p>Two &amp; three<br>four</p><script>x</script>"
    assert parse_fragment_text(blurb) == "One bold man.\nTwo & three\nfour"
