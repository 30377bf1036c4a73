"""One page in one TCP window: compressed once for everyone, with only the page's own nonce spliced in behind.

Both brotli and gzip allow raw bytes after a flush: the compressed page ends on a byte boundary, and the tail follows as
one uncompressed block (RFC 7932 section 9.2, RFC 1951 section 3.2.4). So no page is compressed while someone waits.
The keeper of brotli.
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass

import brotli

BEST = 11  # of brotli: a tenth smaller than what is made while somebody waits, and takes a fifth of a second for 100 KB
_QUICK = 9
_BROTLI_END = b"\x03"  # an empty last meta-block
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


@dataclass(frozen=True)
class Window:
    """A page without its tail, ready in every encoding that browsers ask for."""

    plain: bytes
    brotli: bytes
    deflate: bytes

    @classmethod
    def make(cls, page: str) -> Window:
        """Compress the page as hard as it goes; done once per form, event and language."""
        plain = re.sub(r"\n\s+", "\n", page).encode()
        compressor = brotli.Compressor(quality=11)
        squeezed = compressor.process(plain) + compressor.flush()
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        return cls(plain, squeezed, deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH))

    def finish(self, tail: str, accepted: str) -> tuple[bytes, str]:
        """Return (body, content encoding) with the tail spliced in; `accepted` is the Accept-Encoding header."""
        last = tail.encode()
        offers = _offers(accepted)
        if "br" in offers:
            return self.brotli + _brotli_block(last) + _BROTLI_END, "br"
        if "gzip" in offers:
            checksum = zlib.crc32(last, zlib.crc32(self.plain))
            size = (len(self.plain) + len(last)) & 0xFFFFFFFF
            trailer = checksum.to_bytes(4, "little") + size.to_bytes(4, "little")
            return _GZIP_HEAD + self.deflate + _deflate_block(last) + trailer, "gzip"
        return self.plain + last, ""


@dataclass(frozen=True)
class Packed:
    """Something large that never changes, ready in every encoding that browsers ask for."""

    plain: bytes
    brotli: bytes
    gzip: bytes

    @classmethod
    def make(cls, plain: bytes, quality: int = _QUICK) -> Packed:
        """Compress it well, in the time that one request may take; as well as it goes with `BEST`."""
        return cls(plain, brotli.compress(plain, quality=quality), gzip.compress(plain, 6, mtime=0))

    def offer(self, accepted: str) -> tuple[bytes, str]:
        """Return (body, content encoding); `accepted` is the Accept-Encoding header."""
        offers = _offers(accepted)
        if "br" in offers:
            return self.brotli, "br"
        return (self.gzip, "gzip") if "gzip" in offers else (self.plain, "")


def squeezed(body: bytes, accepted: str) -> tuple[bytes, str]:
    """Return (body, content encoding) of a page that is made anew each time: quickly, and well enough."""
    offers = _offers(accepted)
    if "br" in offers:
        return brotli.compress(body, quality=5), "br"
    return (gzip.compress(body, 6, mtime=0), "gzip") if "gzip" in offers else (body, "")


def _offers(accepted: str) -> set[str]:
    """Return the encodings that a browser takes."""
    return {
        offer.partition(";")[0].strip()
        for offer in accepted.lower().split(",")
        if "q=0" not in offer.replace(" ", "").split(";")
    }


def _brotli_block(data: bytes) -> bytes:
    """Return an uncompressed meta-block: ISLAST 0, MNIBBLES 4, MLEN-1 in 16 bits, ISUNCOMPRESSED 1, padding."""
    bits = (len(data) - 1) << 3 | 1 << 19
    return bits.to_bytes(3, "little") + data


def _deflate_block(data: bytes) -> bytes:
    """Return a stored block, marked as the last one."""
    length = len(data)
    return b"\x01" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + data
