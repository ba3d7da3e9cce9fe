"""Books at rest: nothing of a book ever touches the disk in plain text.

    bookfile   how a sealed file is laid out, and `seal`, which writes one
    reader     `SealedReader`: a sealed file as an ordinary seekable file
    keys       `KeyRing`: the keys that wrap each file's own key, and their rotation
    frames     an append-only journal, for uploads that are still arriving

The room knows bytes and keys; of books, loans and people it knows nothing.
"""

from lending.sealing.bookfile import WrongLength, seal
from lending.sealing.errors import KeysUnusable, Tampered
from lending.sealing.keys import KeyRing, WrappedKey, new_key
from lending.sealing.reader import SealedReader

__all__ = [
    "KeyRing",
    "KeysUnusable",
    "SealedReader",
    "Tampered",
    "WrappedKey",
    "WrongLength",
    "new_key",
    "seal",
]
