"""Marks as W3C Web Annotations: https://www.w3.org/TR/annotation-model/."""

import json
from typing import Any

from lending.marks.records import Kind, Mark
from lending.marks.web_annotations import EPUB_CFI, PDF_FRAGMENT, web_annotations
from tests.marks.test_taking_home import PDF, a_book, a_mark, taken


def only(mark: Mark, **how: Any) -> dict[str, Any]:
    items: list[dict[str, Any]] = web_annotations(taken(mark, **how))["first"]["items"]
    (item,) = items
    return item


def test_a_collection_counts_its_annotations_and_brings_them_in_one_page() -> None:
    told = json.loads(json.dumps(web_annotations(taken(a_mark("a"), a_mark("b")))))
    assert told["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert (told["type"], told["total"], told["label"]) == ("AnnotationCollection", 2, "The *Heron*")
    page = told["first"]
    assert (page["type"], page["startIndex"], len(page["items"])) == ("AnnotationPage", 0, 2)
    assert told["id"].startswith("urn:uuid:")
    assert web_annotations(taken())["total"] == 0


def test_a_highlight_with_a_note_is_a_comment_on_the_quoted_words() -> None:
    told = only(a_mark("a", note="How patient!", cfi="epubcfi(/6/4!/4/2,/1:0,/1:9)"))
    assert (told["type"], told["motivation"]) == ("Annotation", "commenting")
    assert (told["created"], told["modified"]) == ("2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z")
    body = {"type": "TextualBody", "value": "How patient!", "format": "text/plain", "purpose": "commenting"}
    assert told["body"] == body
    assert told["target"]["selector"] == [
        {"type": "FragmentSelector", "conformsTo": EPUB_CFI, "value": "epubcfi(/6/4!/4/2,/1:0,/1:9)"},
        {"type": "TextQuoteSelector", "exact": "The heron stood."},
    ]
    assert told["target"]["styleClass"] == "green"


def test_a_highlight_and_a_bookmark_are_what_they_are() -> None:
    highlight, bookmark = only(a_mark("a")), only(a_mark("b", kind=Kind.BOOKMARK, text=""))
    assert (highlight["motivation"], bookmark["motivation"]) == ("highlighting", "bookmarking")
    assert "body" not in highlight
    assert "body" not in bookmark
    assert not {"selector", "styleClass"} & bookmark["target"].keys()


def test_a_page_of_a_pdf_is_named_by_its_number() -> None:
    told = only(a_mark("a", page=12, start=0, end=9), book=a_book(media_type=PDF))
    selector = {"type": "FragmentSelector", "conformsTo": PDF_FRAGMENT, "value": "page=12"}
    assert told["target"]["selector"][0] == selector


def test_the_target_is_the_book_by_its_own_name() -> None:
    source = only(a_mark("a"), book=a_book("urn:isbn:9780306406157"))["target"]["source"]
    assert (source["id"], source["dc:title"]) == ("urn:isbn:9780306406157", "The *Heron*")
    assert (source["dc:creator"], source["format"]) == (["Ana", "Luis"], "application/epub+zip")
    assert source["dc:identifier"] == ["urn:isbn:9780306406157"]
