"""Inside a PDF: its record, its pages as images, its text.

    records     what is told about a PDF, as plain values
    document    an open PDF: what it refuses, and its record
    outline     the table of contents
    drawing     a page, or a piece of one, as an image
    text        a page's lines, to lie selectable over the image
    links       where a page leads, inside the book and out of it
    places      where lines and links stand on the page as it is seen
    wire        how questions and answers cross the pipe to a drawing process
    worker      the drawing process: PDFium, shut in
    confinement what that process gives up before it touches a book
    process     `DrawingProcesses`: the rest of the program's way in

PDFium is a million lines of C++ that is not thread-safe, and a PDF may be written by an enemy.
So PDFium runs only in processes of its own; the server imports `process` and `records`, and
`document`, `outline`, `drawing`, `text`, `links`, `places` and `worker` are imported by those
processes alone.
"""
