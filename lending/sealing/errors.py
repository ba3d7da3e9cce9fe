"""The faults of this room. None is a refusal: no reader can act on them, an operator must."""


class Tampered(Exception):
    """Sealed bytes don't authenticate: altered, cut short, swapped, or opened with the wrong key.

    Which of these it was can't be told apart, by design; the text says where it was noticed.
    """


class KeysUnusable(Exception):
    """The key folder is missing, incomplete, or open to other accounts of the machine."""
