"""Inside an EPUB: a bounded archive, its package document, cleaned chapters, one resource at a time.

The room reads a seekable binary file where it lies (in practice a sealed reader that decrypts
what is asked for), and never extracts anything. It knows nothing of loans, and the books it reads
are taken for hostile until they are cleaned:

    archive      the zip, with its sizes, names and overlaps judged before anything is inflated
    markup       the only place where XML and HTML are parsed
    references   where an address in a book leads, and whether it may
    package      the package document as frozen values that travel as JSON
    cleaning     XHTML, SVG and SMIL through an allowlist; stylesheets does CSS
    resources    one part of the book, ready for a browser
    manifest     what the reading page needs to know of the whole
"""
