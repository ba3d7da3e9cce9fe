"""A library that shows everything: sample books made here, people, loans.

    works    the texts, in the public domain, and how they are laid out in `texts/`
    covers   covers, drawn
    epub     a work as an EPUB
    pdf      a work as a PDF, written by hand
    story    who lives in the library and what happened there

Every author died more than eighty years ago.
"""
