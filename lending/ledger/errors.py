"""What can be wrong with a log or with what somebody shows of it.

LedgerError
├── Malformed      it does not follow its format
├── NotProven      the arithmetic does not come out
└── NotSigned      no key that is trusted has signed it
"""


class LedgerError(ValueError):
    """Something about a log is not as it must be. Says what, in a short English sentence."""


class Malformed(LedgerError):
    """Bytes or text that don't follow their format."""


class NotProven(LedgerError):
    """A proof that does not lead to the root that it is for."""


class NotSigned(LedgerError):
    """No trusted key signed it, or a trusted key's signature does not verify."""
