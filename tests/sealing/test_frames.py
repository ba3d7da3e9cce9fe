"""The journal of an upload that is still arriving."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.sealing import Tampered, frames

KEY = bytes(range(32))
UPLOAD = b"upload-1"
OVERHEAD = 4 + 12 + 16


def journal(*parts: bytes, upload_id: bytes = UPLOAD) -> io.BytesIO:
    file = io.BytesIO()
    offset = 0
    for part in parts:
        frames.append(file, KEY, upload_id, offset, part)
        offset += len(part)
    return file


def text_of(file: io.BytesIO) -> bytes:
    return b"".join(frames.read_all(file, KEY, UPLOAD))


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_parts_come_back_in_order(parts: list[bytes]):
    file = journal(*parts)
    assert text_of(file) == b"".join(parts)
    assert frames.intact(file, KEY, UPLOAD) == (len(b"".join(parts)), len(file.getvalue()))


def test_an_empty_journal_is_intact():
    assert frames.intact(io.BytesIO(), KEY, UPLOAD) == (0, 0)
    assert text_of(io.BytesIO()) == b""


def test_a_long_part_is_cut_into_frames_of_bounded_size():
    long = bytes(range(256)) * 10_000
    pieces = list(frames.read_all(journal(long), KEY, UPLOAD))
    assert [len(piece) for piece in pieces] == [1 << 20, 1 << 20, len(long) - (2 << 20)]
    assert b"".join(pieces) == long


def test_no_plaintext_is_in_the_journal():
    assert b"Ishmael" not in journal(b"Call me Ishmael.").getvalue()


def test_a_last_frame_torn_anywhere_is_cut_off_and_the_upload_goes_on():
    whole = journal(b"first", b"second").getvalue()
    first_end = len(b"first") + OVERHEAD
    for end in range(first_end, len(whole)):
        file = io.BytesIO(whole[:end])
        assert frames.intact(file, KEY, UPLOAD) == (5, first_end)
        file.truncate(first_end)
        frames.append(file, KEY, UPLOAD, 5, b"again")
        assert text_of(file) == b"firstagain"


@pytest.mark.parametrize("zeros", [1, 3, 4, 31, 32, 33, 5000])
def test_zeros_that_a_crash_left_at_the_end_are_cut_off(zeros: int):
    whole = journal(b"first").getvalue()
    assert frames.intact(io.BytesIO(whole + bytes(zeros)), KEY, UPLOAD) == (5, len(whole))


def test_a_last_frame_whose_body_was_never_written_is_cut_off():
    whole = journal(b"first", b"second").getvalue()
    first_end = len(b"first") + OVERHEAD
    blank = whole[: first_end + 4] + bytes(len(whole) - first_end - 4)
    assert frames.intact(io.BytesIO(blank), KEY, UPLOAD) == (5, first_end)


def test_an_absurd_frame_length_is_not_believed():
    whole = journal(b"first").getvalue()
    assert frames.intact(io.BytesIO(whole + b"\xff" * 400), KEY, UPLOAD) == (5, len(whole))


def test_a_torn_journal_is_not_read_as_if_it_were_complete():
    whole = journal(b"first", b"second").getvalue()
    with pytest.raises(Tampered):
        text_of(io.BytesIO(whole[:-1]))


def test_frames_can_not_change_places():
    whole = journal(b"aaaa", b"bbbb").getvalue()
    half = len(whole) // 2
    with pytest.raises(Tampered):
        text_of(io.BytesIO(whole[half:] + whole[:half]))


def test_a_frame_can_not_be_repeated_or_dropped():
    whole = journal(b"aaaa", b"bbbb", b"cccc").getvalue()
    one = len(whole) // 3
    for forged in [whole + whole[-one:], whole[one:], whole[:one] + whole[2 * one :]]:
        with pytest.raises(Tampered):
            text_of(io.BytesIO(forged))


def test_the_frames_of_another_upload_do_not_fit():
    with pytest.raises(Tampered):
        text_of(journal(b"aaaa", upload_id=b"upload-2"))


def test_every_byte_of_a_frame_is_vouched_for():
    whole = journal(b"some text").getvalue()
    for at in range(len(whole)):
        forged = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with pytest.raises(Tampered):
            text_of(io.BytesIO(forged))
