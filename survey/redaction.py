"""Taking out of what somebody wrote whatever could tell who is meant. Pure.

Numbers, addresses on the net and accounts follow patterns that are the same everywhere and stand
here. How streets, houses and number plates are written, which titles go before a name and which
words never are one, is a matter of a country and its languages: ``RedactionPack``, a file beside
the questionnaires. Names are found that stand behind a title or a word such as *my name is*. Any
other is left to the eye of whoever releases the text; ``find_possible_names`` says where to look.
In doubt too much is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

# Python's own ``re`` will not do: it knows no classes such as \p{L}, and names are written in every
# script.
import regex

#: Stands where something was taken out.
REDACTION_MARK = "[…]"
#: Networks whose accounts people name, and how addresses end.
NETWORKS = "ig insta instagram fb facebook tiktok twitter telegram wa whatsapp line username"
DOMAIN_ENDINGS = "com|net|org|info|biz|id|co|me|ly|link|io|app|gov|tv|xyz|site|online|store"
#: The lists of words that the engine reads; a pack may leave any of them out.
WORD_LISTS = frozenset(
    {
        *("accounts", "ats", "birth", "closings", "dots", "mine", "name_particles"),
        *("not_name_endings", "not_names", "not_streets", "number_signs", "numbers", "offices"),
        *("own_name", "own_name_links", "plain_titles", "self", "short_titles", "titles"),
    }
)
#: What a list that no pack has is replaced by: it fits nothing.
NEVER = "(?!)"
#: In a pattern of a pack: a list of words, or a part that the engine knows.
REFERENCE = regex.compile(r"«(\w+)»")
# A letter that cannot be seen would hide a number or a name from every pattern. Joiners stay: emoji
# and some scripts fall apart without them. V1 is what lets ``regex`` subtract sets.
INVISIBLE = regex.compile(r"(?V1)[\p{Cf}--[\u200c\u200d]]")
BLANKS = regex.compile(r"[\s\p{Cc}]+")
REPEATED_MARKS = regex.compile(r"\[…\](?:[\s,.;:/–-]*\[…\])+")


@dataclass(frozen=True, slots=True)
class RedactionPack:
    """What tells who is meant in the texts of one country or language.

    ``words`` are lists of words with blanks between them, each word a regular expression;
    ``patterns`` are regular expressions by name, in the order in which they are taken out, with
    references to lists: ``«street»``.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RedactedText:
    """What is left of a text, and in how many places something was taken out."""

    text: str
    removals: int


class Redactor:
    """Takes out what packs and the patterns of everywhere find. Made once, since it compiles them.

    Raises ValueError for a pattern that cannot be read, a list that no pattern uses or a reference
    that leads nowhere.
    """

    def __init__(self, packs: Iterable[RedactionPack] = ()) -> None:
        every = tuple(packs)
        lists = merge_word_lists(every)
        parts = build_parts(lists)
        country = {name: text for pack in every for name, text in pack.patterns.items()}
        check_references(lists, parts, country)
        patterns = {
            **build_net_patterns(parts),
            **{name: fill_references(text, parts) for name, text in country.items()},
            **build_name_patterns(parts),
        }
        #: What is taken out, in this order; of a pattern with a group ``keep`` that much stays.
        self.patterns = {name: compile_pattern(name, text) for name, text in patterns.items()}
        #: Words with a capital behind one without, as names have it.
        self._possible_name = regex.compile(
            rf"(?<=[\p{{Ll}}\]],?\s)(?!\p{{Lu}}{{1,5}}\b|{parts['titles']}\b){parts['PERSON']}"
        )
        # Many people write the same; a report reads every text again.
        self._redact = lru_cache(maxsize=1 << 14)(self._redact_anew)

    def redact(self, text: str) -> RedactedText:
        """The text on one line without what could tell who is meant, a mark in its place.

        Taken out are, wherever they stand: six digits or more with whatever is between them,
        written as words too; e-mail and other addresses on the net, accounts; what the packs'
        patterns find; dates of birth; names behind a title, an office or a word for oneself. Doing
        it again changes nothing.
        """
        return self._redact(text)

    def _redact_anew(self, text: str) -> RedactedText:
        left, before = clean_line(text), ""
        # What one pattern leaves can show another one something new, so that all are tried until
        # nothing changes; only thus does doing it again change nothing.
        while left != before:
            before = left
            for pattern in self.patterns.values():
                left = pattern.sub(replace_match, left)
            left = clean_line(REPEATED_MARKS.sub(REDACTION_MARK, left))
        return RedactedText(left, left.count(REDACTION_MARK))

    def find_possible_names(self, text: str) -> list[str]:
        """Words of a redacted text that may still be a name: a person must look at them."""
        return list(dict.fromkeys(self._possible_name.findall(text)))


def merge_word_lists(packs: Iterable[RedactionPack]) -> dict[str, str]:
    """Each list with the words of all packs, those of the first pack first."""
    merged = dict.fromkeys(sorted(WORD_LISTS), "")
    for pack in packs:
        for name, words in pack.words.items():
            merged[name] = f"{merged.get(name, '')} {words}"
    # What does not follow a street word as its name does not follow a title either.
    merged["not_names"] = f"{merged['not_streets']} {merged['not_names']}"
    return merged


def match_any_word(words: str) -> str:
    """Any of these words, whatever its case; nothing where there are none."""
    return f"(?i:{'|'.join(words.split()) or NEVER})"


def build_parts(lists: Mapping[str, str]) -> dict[str, str]:
    """What patterns are put together from: each list as any of its words, and names made of them.

    *STREET* is a street's name, *STREET_START* where one may begin, *HOUSE* a house number,
    *SHORT_NUMBER* up to three digits or a number in words, *PERSON* somebody's name, and
    *SMALL_NAME* one without a capital.
    """
    any_of = {name: match_any_word(words) for name, words in lists.items()}
    not_a_name = rf"(?!{any_of['not_names']}(?!\p{{L}}))"
    capitalised = rf"{not_a_name}\p{{Lu}}[\p{{L}}'’]*\.?"
    street_start = rf"(?!{any_of['not_streets']}(?!\p{{L}}))"
    return any_of | {
        "PERSON": (
            rf"{capitalised}(?:[\s-]+(?:{any_of['name_particles']}\s+)?{capitalised}){{0,3}}"
        ),
        "SMALL_NAME": (
            rf"{not_a_name}(?!\p{{L}}{{3,}}{any_of['not_name_endings']}(?!\p{{L}}))\p{{L}}{{2,}}"
        ),
        "STREET_START": street_start,
        "STREET": (
            rf"{street_start}\p{{Lu}}[\p{{L}}'’.]*"
            rf"(?:\s+(?:\p{{Lu}}[\p{{L}}'’.]*|\p{{Nd}}{{1,3}})){{0,3}}"
        ),
        "HOUSE": (
            rf"(?:[\s,]*(?:{any_of['number_signs']}|\#)\s*[.:]?\s*\p{{Nd}}+\s?\p{{L}}?(?!\p{{L}})"
            r"(?:\s*[/-]\s*\p{Nd}+)?)"
        ),
        "SHORT_NUMBER": rf"(?:\p{{Nd}}{{1,3}}|{any_of['numbers']}(?!\p{{L}}))",
        "DIGIT": (
            r"(?:[\p{Nd}\p{No}]|(?<=\p{N})[oOlISB](?=\p{N})"
            rf"|(?<!\p{{L}}){any_of['numbers']}(?!\p{{L}}))"
        ),
    }


def build_net_patterns(parts: Mapping[str, str]) -> dict[str, str]:
    """What is written alike in every country: the net, and long numbers with whatever is between.

    Only a few words of it are of a language: *at* and *dot*, *born*, numbers in words.
    """
    spaced_digit = rf"{parts['DIGIT']}[\s\p{{P}}\p{{S}}\p{{M}}]{{0,4}}"
    return {
        "link": r"(?i)(?:https?://|www\.)\S+",
        "e-mail": r"[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+",
        "e-mail in words": (
            rf"(?i)[\p{{L}}\p{{N}}._-]+\s*(?:\(at\)|\[at\]|\b{parts['ats']}\b|@)\s*"
            rf"[\p{{L}}\p{{N}}-]+\s*(?:\(dot\)|\b{parts['dots']}\b|\.)\s*(?:{DOMAIN_ENDINGS})\b"
        ),
        "site": (
            r"(?i)(?<![\p{L}\p{N}])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*"
            rf"\.(?:{DOMAIN_ENDINGS})(?![\p{{L}}\p{{N}}])(?:/\S*)?"
        ),
        "handle": r"@[\p{L}\p{N}_][\p{L}\p{N}_.]+",
        "account": (
            rf"(?i)\b(?:{match_any_word(NETWORKS)}|{parts['accounts']})\b\s*{parts['mine']}?\s*"
            r"(?:[:=]\s*\S+|\s(?=\p{L}\S*[\p{N}_])\S+)"
        ),
        "birth": rf"\b{parts['birth']}\b[^\n.;]{{0,40}}\p{{Nd}}+",
        "number": (
            rf"[+(]*(?:(?<!\p{{L}})[oO])?(?:{spaced_digit}){{5,}}{parts['DIGIT']}[oO\p{{M}}]*"
        ),
    }


def build_name_patterns(parts: Mapping[str, str]) -> dict[str, str]:
    """Names behind what announces one."""
    person, offices = parts["PERSON"], parts["offices"]
    return {
        "own name": (
            rf"\b(?P<keep>{parts['own_name']}(?:\s+{parts['own_name_links']})?\s*:?)"
            rf"\s+(?!\[)(?:{person}|\p{{L}}+(?:\s+{person})?)"
        ),
        "own name with a capital": rf"\b(?P<keep>{parts['self']})\s*,?\s+{person}",
        "short title": rf"\b(?P<keep>{parts['short_titles']}\.\s*){person}",
        "title": rf"\b(?P<keep>{parts['titles']}(?:\s+{offices})*)\s+{person}",
        "title and small letters": (
            rf"\b(?P<keep>{parts['plain_titles']})\s+{parts['SMALL_NAME']}\b"
        ),
        "office": rf"\b(?P<keep>{offices})\s+{person}",
        "signature": rf"(?P<keep>{parts['closings']}[\s,.!:–-]+){person}[\s.!]*$",
    }


def check_references(
    lists: Mapping[str, str], parts: Mapping[str, str], patterns: Mapping[str, str]
) -> None:
    """Raise ValueError for a reference that leads nowhere and a list that nothing refers to."""
    used = set(WORD_LISTS)
    for name, text in patterns.items():
        wanted = set(REFERENCE.findall(text))
        if lost := sorted(wanted - parts.keys()):
            raise ValueError(
                f"patterns: “{name}” names «{lost[0]}»; add that list or mend its name"
            )
        used |= wanted
    if idle := sorted(lists.keys() - used):
        raise ValueError(f"words.{idle[0]}: nothing reads it. Remove it or mend its spelling")


def fill_references(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern of a pack with the lists and parts that it names."""
    return REFERENCE.sub(lambda found: parts[found[1]], pattern)


def compile_pattern(name: str, pattern: str) -> regex.Pattern[str]:
    """A pattern ready for use. Raises ValueError for one that is none."""
    try:
        return regex.compile(pattern)
    except regex.error as fault:
        raise ValueError(f"patterns: “{name}” is no regular expression: {fault}") from None


def clean_line(text: str) -> str:
    """On one line, without letters that cannot be seen."""
    return BLANKS.sub(" ", INVISIBLE.sub("", text)).strip()


def replace_match(found: regex.Match[str]) -> str:
    """What stands in the place of something found."""
    words = found.groupdict().get("keep")
    return f"{words.rstrip()} {REDACTION_MARK}" if words else REDACTION_MARK


def shorten_quote(text: str, part: str) -> str | None:
    """``text`` with a mark for what ``part`` leaves out; None if that has words of its own.

    So a quote can be shortened, but nobody can be made to say what they did not write. Capitals and
    punctuation do not count; emoji stay where they stood.
    """
    words, wanted = text.split(), [word for w in part.split() if (word := strip_word(w))]
    # False: otherwise difflib leaves frequent words of a long text aside. It takes the longest
    # common run first, so a part that repeats words may be refused wrongly, but never accepted
    # wrongly.
    blocks = SequenceMatcher(
        None, [strip_word(w) for w in words], wanted, False
    ).get_matching_blocks()
    if not wanted or sum(block.size for block in blocks) != len(wanted):
        return None
    left: list[str] = []
    end = 0
    for block in blocks:
        begin = block.a if block.size else len(words)
        gap = words[end:begin]
        left += [REDACTION_MARK] if any(map(strip_word, gap)) else gap
        left += words[begin : begin + block.size]
        end = begin + block.size
    return REPEATED_MARKS.sub(REDACTION_MARK, " ".join(left))


def strip_word(word: str) -> str:
    """A word's letters and digits alone."""
    return regex.sub(r"[^\p{L}\p{N}]", "", word).casefold()
