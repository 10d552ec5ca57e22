"""A ZIP of a stranger, opened so that nothing in it can be larger than it says or than anyone needs."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from xml.etree.ElementTree import Element

from content.errors import SourceRefused
from content.readers.xml_tree import MOST_ELEMENTS, parsed

MOST_MEMBERS = 1_000
MOST_BYTES = 100_000_000
MOST_RATIO = 100
# Short members may be as regular as they like: a table of 400 styles inflates 40-fold.
_ANY_RATIO_BYTES = 1_000_000
_AT_ONCE = 65_536
_END = b"PK\x05\x06"
_END_BYTES = 22
_MOST_COMMENT = 65_535
# One entry of the directory: 46 bytes, a name and notes of the program that wrote it.
_MOST_DIRECTORY = MOST_MEMBERS * 400
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, struct.error,
    NotImplementedError, RuntimeError, ValueError, OverflowError,
)  # fmt: skip


def zip_directory(data: bytes) -> tuple[int, int] | None:
    """Return (members, bytes of the directory) that the end of a ZIP states, None when it is no ZIP.

    The end must be where the file ends: anything may hold the four bytes somewhere.
    Source: PKWARE APPNOTE 6.3.10, section 4.3.16.
    """
    at = data.rfind(_END, max(0, len(data) - _END_BYTES - _MOST_COMMENT))
    if at < 0 or at + _END_BYTES > len(data):
        return None
    members, size, _, comment = struct.unpack_from("<HIIH", data, at + 10)
    return (members, size) if at + _END_BYTES + comment == len(data) else None


class Package:
    """The members of an Office file by name; each is inflated when asked for, all under one cap.

    Nothing is written to disk, so what a member calls itself leads nowhere. What its header says of
    its size is not believed: bytes are counted as they come.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name, self._bytes = name, 0
        directory = zip_directory(data)
        if directory is None:
            raise SourceRefused(name, "it is no whole ZIP file, as a Word document is")
        if directory[0] > MOST_MEMBERS or directory[1] > _MOST_DIRECTORY:
            raise SourceRefused(name, f"more than {MOST_MEMBERS:,} files are packed in it")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise SourceRefused(name, f"its ZIP directory is broken ({error})") from error
        found = self._zip.infolist()
        if len(found) > MOST_MEMBERS:
            raise SourceRefused(name, f"more than {MOST_MEMBERS:,} files are packed in it")
        for member in found:
            self._refuse_strange(member)
        # Part names are compared without case: ISO/IEC 29500-2, 6.2.2.3.
        self._members = {member.filename.lower(): member for member in found}
        if len(self._members) < len(found):
            raise SourceRefused(name, "two files of the same name are packed in it")

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._members

    def tree(self, path: str) -> Element:
        """Return the XML of a member; a member with a DOCTYPE, which no Word document has, is refused."""
        data = self._inflated(path)
        # Word may write two bytes a letter.
        bare = data.replace(b"\x00", b"")
        if b"<!doctype" in bare.lower():
            raise SourceRefused(self._name, f"{path} declares a document type, which Word never does")
        # Counting beginnings costs nothing; parsing as many elements as are allowed takes a second.
        if bare.count(b"<") - bare.count(b"</") > MOST_ELEMENTS:
            raise SourceRefused(self._name, f"more than {MOST_ELEMENTS:,} elements; cut it into parts")
        return parsed(data, self._name)

    def related(self, path: str) -> dict[str, list[str]]:
        """Return what a member leads to inside the file, by kind: {"styles": ["word/styles.xml"]}.

        "" asks for the file itself. Links to the outside are not followed.
        """
        folder, base = posixpath.split(path)
        beside = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, list[str]] = {}
        for link in self.tree(beside) if beside in self else ():
            target = link.get("Target", "")
            if link.get("TargetMode") == "External" or not target:
                continue
            inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            if inside in self:
                found.setdefault(link.get("Type", "").rpartition("/")[2], []).append(inside)
        return found

    def _refuse_strange(self, member: zipfile.ZipInfo) -> None:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise SourceRefused(self._name, f"a packed file is called {member.filename[:80]!r}")
        if member.flag_bits & 0x1:
            raise SourceRefused(self._name, "it is locked with a password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SourceRefused(self._name, "it is packed in a way that Word does not use")

    def _inflated(self, path: str) -> bytes:
        member = self._members[path.lower()]
        taken = bytearray()
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(_AT_ONCE):
                    taken += piece
                    self._bytes += len(piece)
                    self._refuse_bomb(len(taken), member)
        except _BROKEN as error:
            raise SourceRefused(self._name, f"{path} cannot be unpacked ({error})") from error
        return bytes(taken)

    def _refuse_bomb(self, size: int, member: zipfile.ZipInfo) -> None:
        if self._bytes > MOST_BYTES:
            raise SourceRefused(self._name, f"unpacked it has more than {MOST_BYTES // 1_000_000} MB")
        if size > max(_ANY_RATIO_BYTES, MOST_RATIO * member.compress_size):
            raise SourceRefused(self._name, f"{member.filename} unpacks to over {MOST_RATIO} times its size")
