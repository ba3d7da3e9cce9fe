"""What a book claims of its accessibility becomes statements, after the W3C's display guide."""

import pytest

from lending.epub.accessibility import NOTHING_TOLD, Statement, topics_of
from lending.epub.finding_aid import Package, Section
from lending.epub.package import read_package
from tests.epub.building import opened


def package(layout: str = "reflowable", **claims: object) -> Package:
    given = {name: (said,) if isinstance(said, str) else said for name, said in claims.items()}
    section = Section("a.xhtml", "application/xhtml+xml", 1, "/6/2")
    return Package("T", (section,), {}, layout=layout, accessibility=given)  # type: ignore[arg-type]


def told(topic: str, **claims: object) -> list[str]:
    found = [one.statements for one in topics_of(package(**claims)) if one.key == topic]  # type: ignore[arg-type]
    return [statement.key for statements in found for statement in statements]


def test_a_book_that_says_nothing_has_no_information() -> None:
    assert topics_of(package()) == NOTHING_TOLD


def test_a_novel_with_full_metadata() -> None:
    topics = topics_of(
        package(
            accessMode=("textual", "visual"),
            accessModeSufficient="textual",
            accessibilityFeature=("alternativeText", "displayTransformability", "tableOfContents"),
            accessibilityHazard="none",
            accessibilitySummary="Fine.",
            conformsTo="EPUB Accessibility 1.1 - WCAG 2.2 Level AA",
            certifiedBy="Standard Ebooks",
        )
    )
    assert [(topic.key, [said.key for said in topic.statements]) for topic in topics] == [
        (
            "ways-of-reading",
            ["appearance.modifiable", "nonvisual.readable", "nonvisual.described", "audio.unknown"],
        ),
        ("navigation", ["navigation.contents"]),
        ("hazards", ["hazard.none"]),
        ("summary", ["summary"]),
        ("conformance", ["conformance.aa", "conformance.claim", "conformance.certifier"]),
    ]
    assert topics[-1].statements[1] == Statement(
        "conformance.claim", "EPUB Accessibility 1.1, WCAG 2.2 Level AA"
    )
    assert topics[-1].statements[2].says == "Standard Ebooks"


@pytest.mark.parametrize(
    ("claims", "keys"),
    [
        ({"accessModeSufficient": ("textual,visual", "textual")}, ["nonvisual.readable", "audio.unknown"]),
        ({"accessModeSufficient": "textual, visual"}, ["nonvisual.partly", "audio.unknown"]),
        ({"accessMode": ("visual",)}, ["nonvisual.unreadable", "audio.unknown"]),
        ({"accessModeSufficient": "auditory"}, ["nonvisual.unreadable", "audio.only"]),
        ({"accessMode": ("auditory", "textual")}, ["nonvisual.partly", "audio.some"]),
        ({"accessibilityFeature": "synchronizedAudioText"}, ["nonvisual.unknown", "audio.synchronised"]),
        ({"accessibilitySummary": "x"}, ["nonvisual.unknown", "audio.unknown"]),
    ],
)
def test_ways_of_reading_follow_from_what_is_enough(claims: dict[str, object], keys: list[str]) -> None:
    assert told("ways-of-reading", **claims)[1:] == keys


def test_a_fixed_layout_can_not_be_modified_unless_it_says_so() -> None:
    assert "appearance.fixed" in told("ways-of-reading", layout="pre-paginated", accessMode="visual")
    assert "appearance.unknown" in told("ways-of-reading", accessMode="visual")


@pytest.mark.parametrize(
    ("claimed", "keys"),
    [
        (("flashing", "noSound"), ["hazard.flashing"]),
        (("motionSimulationHazard", "sound"), ["hazard.motion", "hazard.sound"]),
        (("noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard"), ["hazard.none"]),
        (("noSound",), ["hazard.unknown"]),
        (("unknown",), ["hazard.unknown"]),
    ],
)
def test_hazards_are_named(claimed: tuple[str, ...], keys: list[str]) -> None:
    assert told("hazards", accessibilityHazard=claimed) == keys


@pytest.mark.parametrize(
    ("claimed", "keys"),
    [
        ("http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-a", ["conformance.a"]),
        ("https://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-aaa", ["conformance.aaa"]),
        ("EPUB-Accessibility-1.0: WCAG-2.0 Level A", ["conformance.a"]),
        ("as good as it gets", ["conformance.unrecognised"]),
    ],
)
def test_conformance_is_recognised_in_every_spelling(claimed: str, keys: list[str]) -> None:
    found = told("conformance", conformsTo=claimed)
    assert [key for key in found if key != "conformance.claim"] == keys


def test_rich_content_and_ways_through_the_book_are_told() -> None:
    features = ("MathML", "longDescription", "printPageNumbers", "pageNavigation", "index", "unlocked")
    assert told("rich-content", accessibilityFeature=features) == ["rich.mathml", "rich.descriptions"]
    assert told("navigation", accessibilityFeature=features) == ["navigation.index", "navigation.pages"]


# --- read from the package document ----------------------------------------------------------------------


def test_the_properties_of_epub_3_are_read() -> None:
    metadata = """<dc:title>T</dc:title>
    <meta property="schema:accessMode">textual</meta><meta property="schema:accessMode">visual</meta>
    <meta id="c" property="dcterms:conformsTo">EPUB Accessibility 1.1 - WCAG 2.1 Level AA</meta>
    <meta property="a11y:certifiedBy" refines="#c">Somebody</meta>
    <meta property="schema:accessibilitySummary">&lt;p&gt;Of &lt;b&gt;all&lt;/b&gt;&lt;/p&gt;</meta>"""
    assert read_package(opened(metadata=metadata)).accessibility == {
        "accessMode": ("textual", "visual"),
        "accessibilitySummary": ("Of all",),
        "conformsTo": ("EPUB Accessibility 1.1 - WCAG 2.1 Level AA",),
        "certifiedBy": ("Somebody",),
    }


def test_the_names_of_epub_2_and_links_are_read() -> None:
    url = "http://www.idpf.org/epub/a11y/accessibility-20170105.html#wcag-aa"
    metadata = f"""<dc:title>T</dc:title><meta name="schema:accessibilityHazard" content="none"/>
    <link rel="dcterms:conformsTo" href="{url}"/>"""
    read = read_package(opened(metadata=metadata))
    assert read.accessibility == {"accessibilityHazard": ("none",), "conformsTo": (url,)}
    assert read.title == "T"


def test_what_a_book_claims_is_bounded() -> None:
    metadata = '<dc:title>T</dc:title><meta property="schema:accessMode">{}</meta>'.format("x" * 9_000)
    more = "".join(f'<meta property="schema:accessibilityFeature">f{n}</meta>' for n in range(999))
    claims = read_package(opened(metadata=metadata + more)).accessibility
    assert len(claims["accessMode"][0]) == 500
    assert len(claims["accessibilityFeature"]) == 50


# --- media overlays --------------------------------------------------------------------------------------


def test_what_media_overlays_need_is_read() -> None:
    metadata = """<dc:title>T</dc:title><meta property="media:active-class">-epub-active</meta>
    <meta property="media:playback-active-class">playing_2</meta><meta property="media:narrator">Ida</meta>
    <meta property="media:duration" refines="#x">1:00</meta><meta property="media:duration">2:00:00</meta>"""
    read = read_package(opened(metadata=metadata))
    assert (read.active_class, read.playback_active_class) == ("-epub-active", "playing_2")
    assert (read.narrators, read.duration) == (("Ida",), "2:00:00")


@pytest.mark.parametrize("name", ["a b", "x{}", "1a", "é", "a" * 99, "a\\u0062", "*"])
def test_a_class_that_is_no_plain_name_is_left_out(name: str) -> None:
    metadata = f'<dc:title>T</dc:title><meta property="media:active-class">{name}</meta>'
    assert read_package(opened(metadata=metadata)).active_class == ""
