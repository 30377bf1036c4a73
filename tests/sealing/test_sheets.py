"""Recovery sheets: any two of three give the seed back, one does not, and what is mistyped is refused with advice."""

from __future__ import annotations

import os
from itertools import permutations

import pytest
from shamir_mnemonic import MnemonicError, combine_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from forms_app.errors import KeyRefused
from forms_app.sealing.sheets import WORDS, pair_up, read_sheets, read_words, split_seed

SEED = bytes(range(32))


def joined(*texts: str) -> list[bytes]:
    """Return the seeds that these sheets give."""
    return list(pair_up([sheet for text in texts for sheet in read_sheets(text)]))


@pytest.mark.parametrize("pair", list(permutations(range(3), 2)))
def test_any_two_sheets_give_the_seed_back(pair: tuple[int, int]) -> None:
    """Whichever two holders come, in whichever order, the seed is the same."""
    lists = split_seed(SEED)
    assert joined(*(lists[one] for one in pair)) == [SEED]


def test_one_sheet_gives_nothing() -> None:
    """A single sheet is refused, by us and by the library itself."""
    for words in split_seed(SEED):
        with pytest.raises(KeyRefused, match="dua lembar"):
            joined(words)
        with pytest.raises(MnemonicError):
            combine_mnemonics([words])


def test_the_words_are_slip39() -> None:
    """Any program for SLIP-39 reads our sheets: 33 words of the standard's list."""
    lists = split_seed(SEED)
    assert {len(words.split()) for words in lists} == {WORDS}
    assert combine_mnemonics(lists[:2]) == SEED


def test_no_share_holds_the_seed_and_no_two_series_are_alike() -> None:
    """Splitting twice gives other words, and one sheet of each does not fit together."""
    first, second = split_seed(SEED), split_seed(SEED)
    assert not set(first) & set(second)
    with pytest.raises(KeyRefused, match="kunci yang sama"):
        joined(first[0], second[1])


def test_words_may_be_typed_in_many_ways() -> None:
    """Capitals, numbers, line ends, the first four letters, and what a QR reader puts in front are all understood."""
    first, second, _third = split_seed(SEED)
    numbered = "\n".join(f"{number}. {word.upper()}" for number, word in enumerate(first.split(), 1))
    short = f"QR-Code:{' '.join(word[:4] for word in second.split())}\n"
    assert joined(numbered, short) == [SEED]


def test_a_file_may_hold_the_sheets_of_many_keys() -> None:
    """Two holders' files with several pages each give every key."""
    seeds = [os.urandom(32) for _ in range(4)]
    lists = [split_seed(seed) for seed in seeds]
    assert joined("\n".join(one[0] for one in lists), "\n".join(one[2] for one in reversed(lists))) == seeds


def test_a_word_that_is_not_listed_is_named_by_its_place() -> None:
    """The message says which word to look at, and does not repeat it."""
    words = split_seed(SEED)[0].split()
    words[6] = "rumahku"
    with pytest.raises(KeyRefused) as caught:
        read_sheets(" ".join(words))
    assert "nomor 7" in str(caught.value)
    assert "rumahku" not in str(caught.value)
    with pytest.raises(KeyRefused, match="nomor 12"):
        read_words("acid zzzz", before=10)


@pytest.mark.parametrize("place", [0, 3, 10, 32])
def test_a_wrong_word_of_the_list_is_noticed(place: int) -> None:
    """A word taken for another one of the list, or two that changed places, break the checksum."""
    words = split_seed(SEED)[1].split()
    wrong = [*words]
    wrong[place] = next(word for word in WORDLIST if word != words[place])
    with pytest.raises(KeyRefused, match="kata demi kata"):
        read_sheets(" ".join(wrong))


@pytest.mark.parametrize("count", [0, 1, 32, 34])
def test_a_word_too_few_or_too_many_is_counted(count: int) -> None:
    """The message says how many words a sheet has."""
    with pytest.raises(KeyRefused, match="33 kata"):
        read_sheets(" ".join((split_seed(SEED)[0].split() * 2)[:count]))


def test_the_same_sheet_twice_is_said() -> None:
    """Two copies of one sheet are not two sheets."""
    words = split_seed(SEED)[0]
    with pytest.raises(KeyRefused, match="dua kali"):
        joined(words, words)


def test_a_sheet_of_another_scheme_is_refused() -> None:
    """A sheet made with another threshold is no sheet of ours."""
    from shamir_mnemonic import generate_mnemonics

    (lists,) = generate_mnemonics(1, [(3, 5)], SEED)
    with pytest.raises(KeyRefused, match="bukan lembar"):
        read_sheets(lists[0])
