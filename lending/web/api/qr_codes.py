"""QR codes, for scripts to put into their pages."""

import io

import segno


def drawn(url: str) -> str:
    """The QR code of an address, an SVG image."""
    drawing = io.BytesIO()
    code = segno.make(url, error="m", micro=False)
    code.save(drawing, kind="svg", xmldecl=False, omitsize=True, border=2, dark="#000", light="#fff")
    return drawing.getvalue().decode()
