"""The META-INF folder (OCF 3.3 §4.2): where the package document is, and whether anything is locked."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from lending.epub.archive import Archive
from lending.epub.markup import DeclaresEntities, Malformed, find_all, parse_leniently, parse_strictly
from lending.epub.references import resolve
from lending.refusals import DamagedFile, DrmProtected, NotABook, PartUnreadable, UnsafeArchive

# A package document of 10,000 files is about 2 MB. Larger ones are made to harm.
DOCUMENT_LIMIT: Final = 16 << 20

IDPF_OBFUSCATION: Final = "http://www.idpf.org/2008/embedding"
ADOBE_OBFUSCATION: Final = "http://ns.adobe.com/pdf/enc#RC"

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_RIGHTS = "META-INF/rights.xml"
_PACKAGE_TYPE = "application/oebps-package+xml"


def find_package_document(archive: Archive) -> str:
    """The in-archive path of the default rendition's package document.

    Raises NotABook if it is just some zip, DamagedFile if an EPUB lacks its container or what it names, and
    UnsafeArchive if the container names something outside the book.
    """
    if _CONTAINER not in archive:
        if "mimetype" in archive:
            raise DamagedFile("META-INF/container.xml is missing")
        raise NotABook("no META-INF/container.xml")
    root = read_document(archive, _CONTAINER)
    files = find_all(root, "rootfile")
    package = next((file for file in files if file.get("media-type") == _PACKAGE_TYPE), None)
    if package is None:
        package = next(iter(files), None)
    address = package.get("full-path", "") if package is not None else ""
    target = resolve("", address)
    if target is None:
        raise UnsafeArchive("the container names a package document outside the book")
    # The path is a plain name, not a URL: some tools leave blanks and percent signs as they are.
    path = address if address in archive else target.path
    if path not in archive:
        raise DamagedFile("the package document is missing")
    return path


def read_document(archive: Archive, name: str) -> etree._Element:
    """A document without which there is no book. Raises DamagedFile or UnsafeArchive."""
    try:
        return parse_strictly(archive.read(name, DOCUMENT_LIMIT))
    except DeclaresEntities as error:
        raise UnsafeArchive(f"{name} declares XML entities") from error
    except Malformed as error:
        raise DamagedFile(f"{name} is not well-formed: {error}") from error
    except PartUnreadable as error:
        raise DamagedFile(f"{name} can't be read: {error}") from error


def find_obfuscated_fonts(archive: Archive) -> Mapping[str, str]:
    """Fonts that are scrambled, which is no protection and allowed (EPUB 3.3 §4.4): path to algorithm.

    Raises DrmProtected, naming the scheme, if anything else is encrypted or a licence is enclosed.
    """
    encrypted = _read_encryption(archive)
    locked = not set(encrypted.values()) <= {IDPF_OBFUSCATION, ADOBE_OBFUSCATION}
    scheme = _enclosed_scheme(archive)
    if locked or scheme:
        raise DrmProtected(scheme or "unknown")
    return {path: algorithm for path, algorithm in encrypted.items() if path in archive}


def _read_encryption(archive: Archive) -> dict[str, str]:
    root = _read_if_there(archive, _ENCRYPTION)
    found: dict[str, str] = {}
    for data in [] if root is None else find_all(root, "EncryptedData"):
        method = next(iter(find_all(data, "EncryptionMethod")), None)
        algorithm = method.get("Algorithm", "") if method is not None else ""
        for reference in find_all(data, "CipherReference"):
            target = resolve("", reference.get("URI", ""))
            found[target.path if target else ""] = algorithm
    return found


def _enclosed_scheme(archive: Archive) -> str | None:
    """Which DRM scheme has left its licence in the book, if any."""
    if "META-INF/license.lcpl" in archive:
        return "Readium LCP"
    if "META-INF/sinf.xml" in archive:
        return "Apple FairPlay"
    # Any publisher may put a rights.xml there; Adobe's is known by its namespace.
    rights = _read_if_there(archive, _RIGHTS)
    if rights is not None and any("adobe.com/adept" in str(element.tag) for element in rights.iter()):
        return "Adobe ADEPT"
    encryption = _read_if_there(archive, _ENCRYPTION)
    if encryption is not None and any("adobe.com/adept" in str(element.tag) for element in encryption.iter()):
        return "Adobe ADEPT"
    return None


def _read_if_there(archive: Archive, name: str) -> etree._Element | None:
    if name not in archive:
        return None
    try:
        return parse_leniently(archive.read(name, DOCUMENT_LIMIT))
    except (Malformed, PartUnreadable):
        return None
