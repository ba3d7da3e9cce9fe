"""Messages between the server and a drawing process that may have been taken over."""

import dataclasses
import json

import pytest

from lending.pdf import wire
from lending.pdf.records import OutlineEntry, PageLink, PageText, PdfRecord
from lending.refusals import DrmProtected, NoSuchPart

RECORD = PdfRecord(
    title="T",
    authors=["A"],
    subject="S",
    language="en",
    page_count=3,
    page_sizes=[(595.28, 841.89, 3)],
    page_labels=["i", "ii", "1"],
    outline=[OutlineEntry("One", 0, [OutlineEntry("Deeper", None)])],
)


def through(message: wire.Json) -> wire.Json:
    packed = wire.pack(message)
    body, data = wire.lengths(packed[: wire.LENGTHS.size])
    assert data == 0
    return wire.parse(packed[wire.LENGTHS.size :][:body])


def test_a_record_comes_through_unchanged():
    assert wire.record(through(wire.pack_record(RECORD))) == RECORD


def test_a_refusal_comes_through_with_what_it_says():
    packed = wire.pack_refusal(DrmProtected("Adobe ADEPT"))
    refusal = wire.refusal(wire.parse(packed[wire.LENGTHS.size :]))
    assert isinstance(refusal, DrmProtected)
    assert refusal.scheme == "Adobe ADEPT"
    assert isinstance(wire.refusal({"refused": "no-such-part", "args": []}), NoSuchPart)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_garbled(body: bytes):
    with pytest.raises(wire.Garbled):
        wire.parse(body)


def test_an_answer_of_absurd_length_is_not_waited_for():
    with pytest.raises(wire.Garbled):
        wire.lengths(b"\xff" * 8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": None},
        {"page_sizes": [[1, 2]]},
        {"page_count": "many"},
        {"outline": [{"label": "x"}]},
        {"authors": 5},
    ],
)
def test_a_record_with_wrong_fields_is_garbled(wrong: wire.Json):
    message = {**wire.pack_record(RECORD), **wrong}
    if wrong == {"title": None}:
        del message["title"]
    with pytest.raises(wire.Garbled):
        wire.record(message)


@pytest.mark.parametrize(
    "wrong", [{"refused": "no-such-code", "args": []}, {"refused": "drm-protected", "args": []}]
)
def test_an_unknown_refusal_is_garbled(wrong: wire.Json):
    with pytest.raises(wire.Garbled):
        wire.refusal(wrong)


def test_the_texts_of_a_run_of_pages_come_through():
    assert wire.words(["one", None], 2) == ["one", None]


@pytest.mark.parametrize("run", [None, [], ["one", "two", "three"], "ab"])
def test_a_run_of_too_many_pages_or_of_none_is_garbled(run: object):
    with pytest.raises(wire.Garbled):
        wire.words(run, 2)


@pytest.mark.parametrize("wrong", [None, {}, {"tagged": True}])
def test_traits_with_fields_missing_are_garbled(wrong: object):
    with pytest.raises(wire.Garbled):
        wire.traits(wrong)


@pytest.mark.parametrize("lines", [None, [[1, 2, 3, 4]], [["x", 2, 3, 4, "t"]]])
def test_text_with_wrong_lines_is_garbled(lines: object):
    with pytest.raises(wire.Garbled):
        wire.page_text({"width": 1, "height": 1, "lines": lines, "links": []})


@pytest.mark.parametrize("links", [None, [{}], [{"box": [1, 2, 3], "page": None, "href": ""}]])
def test_text_with_wrong_links_is_garbled(links: object):
    with pytest.raises(wire.Garbled):
        wire.page_text({"width": 1, "height": 1, "lines": [], "links": links})


def test_text_and_links_come_through():
    links = [PageLink((1, 2, 3, 4), 7), PageLink((5, 6, 7, 8), None, "x:")]
    text = PageText(595, 842, [(1, 2, 3, 4, "words")], links)
    assert wire.page_text(json.loads(json.dumps(dataclasses.asdict(text)))) == text
