"""Recovery sheets: a seed as three lists of words (SLIP-39), any two of which give it back. Keeper of shamir_mnemonic.

One list alone tells nothing about the seed. A list is 33 words of a fixed list of 1024, of which the first four
letters are enough; a checksum in it notices up to three wrong words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from forms_app.errors import N_, KeyRefused

HOLDERS, NEEDED = 3, 2
WORDS = 33  # of a list for a seed of 32 bytes
_LETTERS = 4  # of a word that tell it from all others
_LISTED = {**{word[:_LETTERS]: word for word in WORDLIST}, **{word: word for word in WORDLIST}}


@dataclass(frozen=True)
class Sheet:
    """One list of words that was read; which key it belongs to shows only together with a second one."""

    words: str
    series: int
    holder: int


def split_seed(seed: bytes) -> tuple[str, ...]:
    """Return the words for each holder; every call makes a new series, and sheets of two series do not fit together."""
    (lists,) = generate_mnemonics(1, [(NEEDED, HOLDERS)], seed, iteration_exponent=0)
    return tuple(lists)


def join_sheets(first: Sheet, second: Sheet) -> bytes:
    """Return the seed of two sheets of one series.

    Raises KeyRefused when they are the same sheet, of two series, or were made by somebody else.
    """
    if first.series != second.series:
        raise KeyRefused(N_("Dua lembar ini bukan dari kunci yang sama. Cocokkan kode kunci di atasnya."))
    if first.holder == second.holder:
        raise KeyRefused(N_("Ini lembar yang sama dua kali. Pakai lembar milik pemegang lain."))
    try:
        seed: bytes = combine_mnemonics([first.words, second.words])
    except MnemonicError:
        raise KeyRefused(N_("Dua lembar ini tidak cocok. Periksa apakah keduanya dicetak bersama.")) from None
    return seed


def pair_up(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """Yield the seed of every key of which two sheets are here, each once; raise KeyRefused when there is none."""
    listed = list(sheets)
    if len(listed) == NEEDED:
        yield join_sheets(*listed)
        return
    pairs = [(one, two) for one, two in combinations(listed, NEEDED) if one.series == two.series]
    seeds: dict[bytes, None] = {}
    trouble: KeyRefused | None = None
    for first, second in pairs:
        try:
            seeds[join_sheets(first, second)] = None
        except KeyRefused as error:  # two keys may bear one number of a series by chance
            trouble = error
    if not seeds:
        raise trouble or KeyRefused(N_("Tidak ada dua lembar dari kunci yang sama. Pakai halaman kunci yang sama."))
    yield from seeds


def read_sheets(text: str) -> list[Sheet]:
    """Return the sheets in a text, as typed or as a QR code was read: capitals, numbers and line ends do not matter.

    A file may hold several lists, one after another. Raises KeyRefused, naming the place of a word and never the word.
    """
    words = read_words(text)
    if not words or len(words) % WORDS:
        raise KeyRefused(N_("Satu lembar berisi {needed} kata; ini {count}."), needed=WORDS, count=len(words))
    return [_sheet(words[start : start + WORDS]) for start in range(0, len(words), WORDS)]


def read_words(text: str, before: int = 0) -> list[str]:
    """Return the words of a text, each in full; `before` is how many of the list came before it."""
    found = re.sub(r"^qr-code:", "", text.strip().lower(), flags=re.MULTILINE)
    typed = re.findall(r"[^\W\d_]+", found)
    for place, word in enumerate(typed):
        if word not in _LISTED:
            number = (before + place) % WORDS + 1
            raise KeyRefused(N_("Kata nomor {number} tidak ada di daftar. Periksa ejaannya."), number=number)
    return [_LISTED[word] for word in typed]


def _sheet(words: list[str]) -> Sheet:
    try:
        share = Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        message = N_("Ada kata yang keliru atau tertukar. Bandingkan lagi dengan lembarnya, kata demi kata.")
        raise KeyRefused(message) from None
    right = (share.group_threshold, share.group_count, share.member_threshold) == (1, 1, NEEDED)
    if not right or len(share.value) != WORDS - 1 or share.index >= HOLDERS:
        raise KeyRefused(N_("Lembar ini bukan lembar pemulihan Peksos Forms."))
    return Sheet(" ".join(words), share.identifier, share.index + 1)
