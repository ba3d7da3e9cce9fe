"""The parts of addresses that are checked before a view sees them."""

from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """An id of the library: 26 characters of lower-case base32. Anything else is no such address."""

    regex = "[a-z2-7]{26}"
