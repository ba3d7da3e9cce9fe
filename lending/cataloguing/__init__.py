"""A file → its catalogue record, cover and finding aid.

The finding aid is what the reading room needs to serve a book without parsing it
again: sections, contents, media types. It can hold sentences of the book (contents
lists of poems do), so whoever keeps it seals it.
"""
