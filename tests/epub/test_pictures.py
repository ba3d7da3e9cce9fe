import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lending.epub.pictures import pixel_size


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("GIF", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + b"\xff" * 999}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"x" * 9}),
    ],
)
def test_the_size_is_what_a_decoder_would_say(form: str, options: dict[str, object]) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (321, 123)).save(stream, form, **options)
    assert pixel_size(stream.getvalue()) == (321, 123)


@settings(deadline=None)
@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8", b"RIFF....WEBPVP8 ", b""]),
    st.binary(max_size=60),
)
def test_broken_pictures_have_no_size_and_no_crash(start: bytes, rest: bytes) -> None:
    size = pixel_size(start + rest)
    assert size is None or all(side > 0 for side in size)
