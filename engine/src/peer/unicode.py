"""Writes the character sets that the tokenizers library uses, as ranges of code points, probed from the library itself.

    python engine/src/peer/unicode.py > engine/src/main/resources/dev/athanor/engine/tokenizer/unicode.txt

The library mixes several versions of Unicode (regular expressions, letter case, categories and normal forms each have
their own), and every Java release brings another; a table taken from the library makes the answer the same everywhere.
Takes a minute.
"""
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

ALL = [cp for cp in range(0x110000) if not 0xD800 <= cp < 0xE000]


def matches(pattern):
    split = pre_tokenizers.Split(Regex(pattern), "removed")
    return lambda c: c != "!" and len(split.pre_tokenize_str("!" + c + "!")) == 2


def words(pre_tokenizer, count):
    return lambda c: len(pre_tokenizer.pre_tokenize_str("a" + c + "a")) == count


clean = normalizers.BertNormalizer(True, False, False, False)
bert = normalizers.BertNormalizer(False, False, True, False)
strip = normalizers.StripAccents()
lowercase = normalizers.Lowercase()
nfd = normalizers.NFD()
nfkd = normalizers.NFKD()


def reorders(c):
    plain = nfd.normalize_str(c)
    return (
        nfd.normalize_str("a\u0301" + c) != "a\u0301" + plain
        or nfd.normalize_str("a" + c + "\u0334") != "a" + plain + "\u0334"
    )


def opaque_seconds():
    """Second halves of the pairs that newer versions of Unicode compose and the library does not."""
    found = set()
    for cp in ALL:
        parts = unicodedata.decomposition(chr(cp)).split()
        if len(parts) == 2 and not parts[0].startswith("<") and nfd.normalize_str(chr(cp)) == chr(cp):
            found.add(chr(int(parts[1], 16)))
    return found


SECONDS = opaque_seconds()


def opaque(c):
    """What the library's normal forms leave alone, and another version of Unicode may not."""
    if nfkd.normalize_str(c) != c or reorders(c):
        return False
    return (
        unicodedata.category(c) == "Cn"
        or unicodedata.combining(c) != 0
        or unicodedata.normalize("NFKD", c) != c
        or c in SECONDS
    )


SETS = {
    "letter": matches(r"\p{L}"),
    "number": matches(r"\p{N}"),
    "word": words(pre_tokenizers.Whitespace(), 1),
    "numeric": words(pre_tokenizers.Digits(True), 3),
    "punctuation": words(pre_tokenizers.Punctuation(), 3),
    "control": lambda c: clean.normalize_str(c) == "",
    "nonspacing": lambda c: bert.normalize_str(c) == "",
    "mark": lambda c: strip.normalize_str(c) == "",
    "opaque": opaque,
}


def ranges(points):
    out = []
    for cp in points:
        if out and out[-1][1] == cp - 1:
            out[-1][1] = cp
        else:
            out.append([cp, cp])
    return " ".join("%x" % a if a == b else "%x-%x" % (a, b) for a, b in out)


print("# made by engine/src/peer/unicode.py with tokenizers", tokenizers.__version__)
for name, test in SETS.items():
    print(name, ranges(cp for cp in ALL if test(chr(cp))))
lower = []
for cp in ALL:
    small = lowercase.normalize_str(chr(cp))
    # older letters have had the same small letter in every version since
    if small != chr(cp) and len(small) == 1 and unicodedata.category(chr(cp)) == "Cn" or (
        small != chr(cp) and len(small) == 1 and small != chr(cp).lower()
    ) or (len(small) == 1 and small != chr(cp) and 0x2C2F <= cp <= 0x2C2F) or (
        len(small) == 1 and small != chr(cp) and (0xA7C0 <= cp <= 0xA7DF or 0x10570 <= cp <= 0x10595)
    ):
        lower.append("%x:%x" % (cp, ord(small)))
print("lower", " ".join(lower))
