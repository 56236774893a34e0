"""What of a country and its languages tells who is meant, and what is alike everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: Lists of words that the engine reads; a pack may leave any of them out.
WORD_LISTS = frozenset(
    {
        *("currencies", "given_names", "harmless", "name_particles", "name_words"),
        *("networks", "not_names", "number_gaps", "number_pairs", "numbers", "plain_titles"),
        *("short_numbers", "short_titles", "titles", "units"),
    }
)
#: Phrases that the engine reads; a pack may leave any of them out.
PHRASES = frozenset(
    {*("account", "at", "birth", "closing", "dot", "mine", "month", "office", "own_name", "self")}
)
#: Networks whose accounts people name, providers of mail, and how addresses end.
NET_LISTS = {
    "networks": "ig insta instagram fb facebook tiktok twitter telegram tele wa whatsapp username",
    "mail_hosts": "gmail yahoo ymail hotmail outlook icloud rocketmail",
    "domain_endings": (
        "com net org info biz id co me ly link io app gov tv xyz site online store edu ac go or"
    ),
    "schemes": "http https ftp",
}
#: Parts of the patterns below and of those in packs.
COMMON_PHRASES = {
    "piece": "(~word | ~number)",
    "joint": "(~'.' | ~'_' | ~'-')",
    "at_sign": "(at | '@' | '(' (at | '@') ')' | '[' (at | '@') ']' | '{' (at | '@') '}')",
    "dot_sign": "(dot | '.' | '(' (dot | '.') ')' | '[' (dot | '.') ']')",
    # A capital at the beginning alone is as most names are written; a text in capitals has no
    # such words. In ``stranger`` no word that is known, so that no place and no firm is in it.
    "initial": "letter&capital-titles '.'?",
    "stranger": "title_case-not_names-harmless-titles-letters2",
    "named": "(given_names&capital | stranger)",
    "more_names": "(name_particles? (named | name_words&capital | initial)){0,3}",
    "full_name": "(initial{0,2} named more_names)",
    "titled_name": (
        "(initial{0,2} (capital-not_names-harmless | given_names | name_words) more_names)"
    ),
    "small_name": "(small-not_names-harmless-letter | given_names | name_words)",
}
#: Addresses on the net, which are taken out before numbers are, since they may hold some.
NET_PATTERNS = {
    "link": "(schemes ':' '/' '/' | 'www' ~'.') ~any*",
    "site": "< (~'.' ~domain_endings){1,3} (~'.' ~letters2)? (~'/' ~any*)?",
    "short site with a path": "< ~'.' ~letters3 ~'/' ~word ~any*",
    "e-mail": "< ~'@' piece (joint{0,2} piece){0,12}",
    "e-mail with blanks": "< '@'-glued word-glued ('.' word){0,2} '.' domain_endings",
    "e-mail with a blank behind": "< ~'@' word ('.' word){0,2} '.' domain_endings",
    "e-mail in words": (
        "< at_sign (word | number) (dot_sign word){0,2} dot_sign domain_endings"
        " (dot_sign letters2)?"
    ),
    "e-mail in words with dots": (
        "(word | number) (dot (word | number)){1,2} at_sign (word | number)"
        " (dot_sign word){0,2} dot_sign domain_endings (dot_sign letters2)?"
    ),
    "mailbox": "< at_sign mail_hosts (dot_sign domain_endings){0,2}",
    "handle": "'@' (~word | ~number | ~'_') (~word | ~number | ~'_' | ~'.')*",
    "handle with a blank": "'@' (word | number) (~'_' | ~'.' | ~number) (~word | ~number | ~'_')*",
    "account": ("(account | networks) mine? account? (':' | '=') (any ~any* | full_name)"),
    "account that looks like one": (
        "(account | networks) mine? account? word (~'_' | ~'.' | ~number)"
        " (~word | ~number | ~'_' | ~'.' | ~'@')*"
    ),
    "account under a name": (
        "(account | networks) mine? (named | given_names) (name_words | given_names | more_names)"
    ),
    "underscores": "(word | number) (~'_'{1,3} piece){1,8}",
}
#: Names behind what announces one, and dates of birth.
NAME_PATTERNS = {
    "own name": "own_name (':' | '=')? > (titled_name | word-not_names (small_name | named)?)",
    "own name with a capital": "self (',' | ':')? > (full_name | name_words&title_case)",
    "short title": "short_titles '.' (short_titles '.'){0,2} titles? > titled_name",
    "title": "titles (titles | office){0,2} '.'? > titled_name",
    "title and small letters": (
        "plain_titles (plain_titles | office){0,2} > small_name (given_names | name_words)?"
    ),
    "office": "office > full_name",
    "signature": "closing (',' | '.' | '!' | ':' | '-' | '–'){0,2} > (full_name | given_names)",
    "known name": (
        "(given_names&capital | given_names-letters3) (given_names | name_words | more_names)"
    ),
    "birth": (
        "birth (any-'.'-';'){0,8} (year | number3 ('/' | '-' | '.')? (month | number3)"
        " ('/' | '-' | '.')? (year | number3)?)"
    ),
}


@dataclass(frozen=True, slots=True)
class RedactionPack:
    """What tells who is meant in the texts of one country or language.

    ``words`` are lists of words with blanks between them; ``phrases`` are patterns by name that
    others are made of; ``patterns`` say what goes besides, ``harmless`` what stays.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    harmless: Mapping[str, str] = field(default_factory=dict)


def merge_word_lists(packs: Iterable[RedactionPack]) -> dict[str, list[str]]:
    """Each list with the words of all packs, and what the engine has of its own."""
    merged = {name: list[str]() for name in sorted(WORD_LISTS)}
    merged |= {name: words.split() for name, words in NET_LISTS.items()}
    for pack in packs:
        for name, words in pack.words.items():
            merged.setdefault(name, []).extend(words.split())
    return merged


def merge_phrases(packs: Iterable[RedactionPack]) -> dict[str, list[str]]:
    """Of each phrase every way in which a pack writes it."""
    merged = {name: list[str]() for name in sorted(PHRASES)}
    for pack in packs:
        for name, text in pack.phrases.items():
            merged.setdefault(name, []).append(text)
    return merged
