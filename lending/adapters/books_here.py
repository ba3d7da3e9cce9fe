"""Cataloguing and page drawing on this machine, over sealed files."""

from lending import refusals
from lending.adapters.book_files_sealed import SealedBookFiles
from lending.cataloguing.cataloguing import catalogue_epub, catalogue_pdf, is_pdf
from lending.cataloguing.covers import cover_from
from lending.cataloguing.records import CatalogueRecord
from lending.pdf.process import DrawingProcesses
from lending.pdf.records import Drawing, PageText, PdfTraits


class BooksHere:
    """`Cataloguers` and `PageDrawing`: EPUBs are read in this process, PDFs in processes of their own."""

    def __init__(self, files: SealedBookFiles, processes: DrawingProcesses) -> None:
        self._files = files
        self._processes = processes

    def catalogue(self, file_id: str, file_name: str) -> CatalogueRecord:
        """See `ports.files.Cataloguers`."""
        with self._files.open(file_id) as file:
            if is_pdf(file.read(2048)):
                return catalogue_pdf(self._processes, self._files.source(file_id), file_name)
            file.seek(0)
            return catalogue_epub(file, file_name)

    def cover(self, image: bytes) -> bytes:
        """See `ports.files.Cataloguers`."""
        try:
            return cover_from(image)
        except ValueError as broken:
            raise refusals.UnacceptableInput("cover", "is not a picture that can be used") from broken

    def page(self, file_id: str, index: int, width: int) -> Drawing:
        """See `ports.files.PageDrawing`."""
        return self._processes.draw(self._files.source(file_id), index, width)

    def tile(self, file_id: str, index: int, column: int, row: int, width: int) -> Drawing:
        """See `ports.files.PageDrawing`."""
        return self._processes.draw_tile(self._files.source(file_id), index, column, row, width)

    def text(self, file_id: str, index: int) -> PageText:
        """See `ports.files.PageDrawing`."""
        return self._processes.text(self._files.source(file_id), index)

    def words(self, file_id: str, first: int, count: int) -> list[str | None]:
        """See `ports.files.PageDrawing`."""
        return self._processes.words(self._files.source(file_id), first, count)

    def traits(self, file_id: str) -> PdfTraits:
        """See `ports.files.PageDrawing`."""
        return self._processes.traits(self._files.source(file_id))
