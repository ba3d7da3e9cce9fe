"""Small PDFs written by hand: bytes, not a library, so that wrong ones can be written, too."""

from collections.abc import Sequence

A4 = "[0 0 595 842]"


def text_stream(text: str, x: int = 72, y: int = 700, size: int = 24) -> str:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET"


class Pdf:
    """Collects objects, then writes them with a cross-reference table."""

    def __init__(self) -> None:
        self.objects: list[bytes] = []
        self.info = ""
        self.encrypt = ""

    def add(self, body: str | bytes) -> int:
        self.objects.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self.objects)

    def stream(self, data: str | bytes, entries: str = "") -> int:
        raw = data.encode("latin-1") if isinstance(data, str) else data
        head = f"<< /Length {len(raw)} {entries} >>\nstream\n".encode()
        return self.add(head + raw + b"\nendstream")

    def write(self, root: int) -> bytes:
        out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
        places = []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        table = "".join(f"{place:010d} 00000 n \n" for place in places)
        start = len(out)
        size = len(self.objects) + 1
        trailer = f"<< /Size {size} /Root {root} 0 R {self.info} {self.encrypt} >>"
        end = f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n"
        return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def book(
    pages: Sequence[str] = (text_stream("READABLE"),),
    *,
    box: str = A4,
    page_entries: str = "",
    first_page_entries: str = "",
    resources: str = "",
    catalogue: str = "",
    count: int | None = None,
    encrypt: str = "",
    info: str = "",
    pdf: Pdf | None = None,
) -> bytes:
    """A PDF with one page per content stream. The entries are put into the objects as they are."""
    pdf = pdf or Pdf()
    font = pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    tree = len(pdf.objects) + 2 * len(pages) + 1
    kids = []
    for number, content in enumerate(pages):
        own = first_page_entries if number == 0 else ""
        stream = pdf.stream(content)
        kids.append(
            pdf.add(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox {box} /Contents {stream} 0 R"
                f" /Resources << /Font << /F1 {font} 0 R >> {resources} >> {page_entries} {own} >>"
            )
        )
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    pdf.add(f"<< /Type /Pages /Kids [{listed}] /Count {len(pages) if count is None else count} >>")
    if info:
        pdf.info = f"/Info {pdf.add(f'<< {info} >>')} 0 R"
    if encrypt:
        pdf.encrypt = f"/Encrypt {pdf.add(encrypt)} 0 R /ID [<00> <00>]"
    return pdf.write(pdf.add(f"<< /Type /Catalog /Pages {tree} 0 R {catalogue} >>"))


def slow_book(*, from_the_start: bool = False) -> bytes:
    """A page that draws a form that draws ten forms, and so on, for days; after a harmless one or not."""
    pdf = Pdf()
    form = "/Type /XObject /Subtype /Form /BBox [0 0 600 900]"
    inner = pdf.stream("0 0 500 500 re f " * 20, form)
    for _ in range(9):
        inner = pdf.stream("/X Do " * 10, f"{form} /Resources << /XObject << /X {inner} 0 R >> >>")
    pages = ["/X Do"] if from_the_start else [text_stream("FIRST"), "/X Do"]
    return book(pages, resources=f"/XObject << /X {inner} 0 R >>", pdf=pdf)
