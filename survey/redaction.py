"""Taking out of what somebody wrote whatever could tell who is meant. Pure.

Numbers, addresses on the net, streets and houses follow patterns and are found. Names do not: those
are found that stand behind a title or a word such as *nama saya*. Any other is left to the eye of
whoever releases the text; ``doubtful`` says where to look. In doubt too much is taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import regex

#: Stands where something was taken out.
REDACTION_MARK = "[…]"

#: What follows *jalan* or *gang* where no street's name does.
NOT_STREETS = (
    "agar aja alternatif arteri atau bagus banjir banyak baru becek berlubang bersama besar bolong "
    "buntu dalam dan dari dengan dgn di dki gak gelap hancur harus inspeksi ini itu jakarta jelek "
    "juga kaki kami kampung ke kecil keluar kita kota layang lebar lebih licin lingkungan macet "
    "masih masuk masyarakat motor nasional nya pada para perumahan pintas protokol pulang raya "
    "rusak saja sama saya sebaiknya sedang selalu semakin sempit sepi sering setapak sudah supaya "
    "tanpa terus tidak tikus tol umum untuk utama utk warga yang yg"
)
#: What follows a title or *saya* where no name does.
NOT_NAMES = NOT_STREETS + (
    " ada adalah admin agama ah air aku anak anda angkot apa asli bapak baik bantu basuki bencana "
    "berharap bersih bikin bilang bisa bpk bu buat bukan butuh camat cepat coba damai daerah dalam "
    "deh diri dinas dokter dong dosen dpr dprd drainase emas erte erwe gimana gubernur guru haji "
    "hamil harap ibu iya jalan jangan jokowi-jokowi juru kadang kalau kali kalo kandung kapan "
    "karena kasih kawin kawinan kebersihan kelurahan kepada kepala kerja ketua kota kurang kuasa "
    "lagi lalu lampu listrik lurah mahasiswa mau melihat menteri menyusui merasa minta mohon mrt "
    "muda negara nih ogah orang pasar pejabat pekerja pemerintah pemda pemprov penting perbaiki "
    "perkotaan perlu pernah pertiwi polisi pribadi presiden punya rakyat rumah rt rw sampah sangat "
    "sarankan satpam sebagai segera sekarang sekolah semoga semua senang sendiri setuju si siapa "
    "sih sini sungai suka supir susu tahu taman tambah tangga tani tapi tetap tiap tinggal tiri "
    "tolong transjakarta tua tukang udara usul wali walikota warung wilayah ya"
    " a an at be from have i in is it not of so the to very was with you citizen resident worried"
    " barat utara timur selatan pusat seribu indonesia betawi senin selasa rabu kamis jumat sabtu"
    " minggu januari februari maret april mei juni juli agustus september oktober november desember"
)
TITLES = (
    "pak bpk bapak bu ibu bang bg mas mbak mba mbk kang teh neng om tante haji hajah hj ust ustad "
    "ustaz ustadz ustadzah kyai kiai habib gus koh cik engkong encang tuan nyonya sdr sdri saudara "
    "saudari mr mrs ms miss mister prof dr drg ir kh h"
)
#: Titles behind which a name may be written small; the others mean something else as well.
PLAIN_TITLES = (
    "pak bpk bapak bu ibu bang mas mbak mba mbk tante om haji hajah ustad ustaz ustadz sdr sdri"
)
OFFICE_TITLES = (
    r"wali\s?kota|ketua\s+r[tw]|pak\s+r[tw]|bu\s+r[tw]|r[tw]|lurah|camat|gubernur|bupati|presiden|"
    r"menteri|kepala\s+\p{L}+|ketua|dokter|guru|haji|dosen|satpam"
)
NUMBER_WORDS = (
    "nol kosong satu dua tiga empat lima enam tujuh delapan sembilan sepuluh "
    "zero oh one two three four five six seven eight nine ten"
)


def match_any_word(words: str) -> str:
    """Any of these words, whatever its case."""
    return f"(?i:{'|'.join(words.split())})"


CAPITALISED_WORD = rf"(?!{match_any_word(NOT_NAMES)}(?!\p{{L}}))\p{{Lu}}[\p{{L}}'’]*\.?"
PERSON_NAME = (
    rf"{CAPITALISED_WORD}(?:[\s-]+(?:(?i:bin|binti|al|van|de)\s+)?{CAPITALISED_WORD}){{0,3}}"
)
LOWERCASE_NAME = (
    rf"(?!{match_any_word(NOT_NAMES)}(?!\p{{L}}))(?!\p{{L}}{{3,}}nya(?!\p{{L}}))\p{{L}}{{2,}}"
)
STREET_START = rf"(?!{match_any_word(NOT_STREETS)}(?!\p{{L}}))"
STREET_NAME = (
    rf"{STREET_START}\p{{Lu}}[\p{{L}}'’.]*(?:\s+(?:\p{{Lu}}[\p{{L}}'’.]*|\p{{Nd}}{{1,3}})){{0,3}}"
)
HOUSE_NUMBER = (
    r"(?:[\s,]*(?i:no|nomor|nmr|#)\s*[.:]?\s*\p{Nd}+\s?\p{L}?(?!\p{L})(?:\s*[/-]\s*\p{Nd}+)?)"
)
DIGIT = (
    rf"(?:[\p{{Nd}}\p{{No}}]|(?<=\p{{N}})[oOlISB](?=\p{{N}})"
    rf"|(?<!\p{{L}}){match_any_word(NUMBER_WORDS)}(?!\p{{L}}))"
)
SHORT_NUMBER = rf"(?:\p{{Nd}}{{1,3}}|{match_any_word(NUMBER_WORDS)}(?!\p{{L}}))"
RT_RW = r"(?i:r\.?t\.?\s*/\s*r\.?w\.?|r\.t\.?|r\.w\.?|rt|rw|erte|erwe)"
DOMAIN_ENDINGS = "com|net|org|info|biz|id|co|me|ly|link|io|app|gov|tv|xyz|site|online|store"

SPACED_DIGIT = rf"{DIGIT}[\s\p{{P}}\p{{S}}\p{{M}}]{{0,4}}"
PHONE = rf"[+(]*(?:(?<!\p{{L}})[oO])?(?:{SPACED_DIGIT}){{5,}}{DIGIT}[oO\p{{M}}]*"
PLATE = r"(?:[ABDEFGHKLMNPRSTWZ]|A[ABDEG]|B[ABDEGHKLMNP]|D[A-DEGHKLMNPRSTW]|E[ABD]|K[BHTU]|P[AB])"
STREET_WORDS = r"\b(?i:jl|jln|jalan|gang|gg)\b\.?\s*"
M_TERMINAL = r"(?!(?i:m)\b(?!\s*[-/.]?\s*\p{Nd}))"

#: What is taken out, in this order; of a pattern with a group ``keep`` that much stays.
REDACTION_PATTERNS = {
    name: regex.compile(pattern)
    for name, pattern in {
        "link": r"(?i)(?:https?://|www\.)\S+",
        "e-mail": r"[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+",
        "e-mail in words": (
            r"(?i)[\p{L}\p{N}._-]+\s*(?:\(at\)|\[at\]|\bat\b|@)\s*[\p{L}\p{N}-]+\s*"
            rf"(?:\(dot\)|\bdot\b|\btitik\b|\.)\s*(?:{DOMAIN_ENDINGS})\b"
        ),
        "site": (
            r"(?i)(?<![\p{L}\p{N}])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*"
            rf"\.(?:{DOMAIN_ENDINGS})(?![\p{{L}}\p{{N}}])(?:/\S*)?"
        ),
        "handle": r"@[\p{L}\p{N}_][\p{L}\p{N}_.]+",
        "account": (
            r"(?i)\b(?:ig|insta|instagram|fb|facebook|tiktok|twitter|telegram|wa|whatsapp|line|akun"
            r"|username)\b\s*(?:saya|ku|gue)?\s*(?:[:=]\s*\S+|\s(?=\p{L}\S*[\p{N}_])\S+)"
        ),
        "birth": r"(?i)\b(?:lahir|kelahiran|ttl|born|birthday|dob)\b[^\n.;]{0,40}\p{Nd}+",
        "number": PHONE,
        "plate": rf"\b{PLATE}[\s.-]?\p{{Nd}}{{1,4}}[\s.-]?\p{{Lu}}{{1,3}}\b",
        "plate in small letters": r"(?i)\b[bfadelt][\s.-]?\p{Nd}{3,4}[\s.-]?\p{L}{1,3}\b",
        "RT and RW": (
            rf"\b{RT_RW}\s*[.:/]?\s*(?:(?i:no)\.?\s*)?{SHORT_NUMBER}"
            rf"(?:[\s/.,-]*{RT_RW}\s*[.:/]?\s*{SHORT_NUMBER}|\s*/\s*{SHORT_NUMBER})*"
        ),
        "street": (
            rf"{STREET_WORDS}(?:{STREET_NAME}|{STREET_START}[\p{{L}}\s]{{1,30}}?(?={HOUSE_NUMBER}))"
            rf"{HOUSE_NUMBER}?"
        ),
        "street in small letters": (
            rf"\b(?i:jl|jln|gg)\b\.?\s*{STREET_START}\p{{L}}{{2,}}{HOUSE_NUMBER}?"
        ),
        "alley": r"\b(?i:gang|gg)\b\.?\s*(?:\p{L}+\s+)?\p{Nd}{1,3}\b",
        "block": (
            rf"\b(?i:blok|block)\b\.?\s*{M_TERMINAL}(?!(?i:di|ke|yg)\b)(?:\p{{L}}{{0,2}}\s?"
            rf"[-/.]?\s?\p{{Nd}}{{1,3}}(?:\s?[-/.]\s?\p{{Nd}}{{1,3}})?\p{{L}}?|\p{{L}}{{1,2}})\b"
            rf"{HOUSE_NUMBER}?"
        ),
        "estate": (
            r"\b(?i:komplek|kompleks|perumahan|perum|apartemen|apartment|kos|kost|kosan|kontrakan)"
            rf"\s+(?:(?i:pak|bu|haji)\s+)?{STREET_NAME}{HOUSE_NUMBER}?"
        ),
        "flat": (
            r"\b(?i:unit|tower|kamar|lantai|lt|no\.?\s*rumah|nomor\s*rumah|rumah\s*no(?:mor)?"
            r"|kode\s*pos)\b\.?\s*:?\s*\p{L}?\s?-?\p{Nd}+\p{L}?(?:[/-]\p{Nd}+)?"
        ),
        "own name": (
            r"\b(?P<keep>(?i:nama(?:\s+(?:lengkap\s+)?(?:saya|aku|gue|gw)|ku)|my\s+name(?:['’]s|\s+"
            r"is)|atas\s+nama|bernama|panggil\s+saya|call\s+me)(?:\s+(?i:adalah|is))?\s*:?)"
            rf"\s+(?!\[)(?:{PERSON_NAME}|\p{{L}}+(?:\s+{PERSON_NAME})?)"
        ),
        "own name with a capital": (
            r"\b(?P<keep>(?i:nama(?:nya)?\s*:|saya|aku|gue|perkenalkan,?|i['’]m|i\s+am|a\.?n\.))"
            rf"\s*,?\s+{PERSON_NAME}"
        ),
        "short title": (
            rf"\b(?P<keep>(?i:(?:bpk|sdr|sdri|h|hj|kh|dr|drg|ir|ust|prof|mr|mrs|ms)\.\s*)){PERSON_NAME}"
        ),
        "title": (
            rf"\b(?P<keep>{match_any_word(TITLES)}(?:\s+(?i:{OFFICE_TITLES}))*)\s+{PERSON_NAME}"
        ),
        "title and small letters": (
            rf"\b(?P<keep>{match_any_word(PLAIN_TITLES)})\s+{LOWERCASE_NAME}\b"
        ),
        "office": rf"\b(?P<keep>(?i:{OFFICE_TITLES}))\s+{PERSON_NAME}",
        "signature": (
            r"(?P<keep>(?i:salam|hormat\s+saya|ttd|terima\s+kasih|makasih|regards|thanks)"
            rf"[\s,.!:–-]+){PERSON_NAME}[\s.!]*$"
        ),
    }.items()
}
INVISIBLE = regex.compile(r"(?V1)[\p{Cf}--[\u200c\u200d]]")
BLANKS = regex.compile(r"[\s\p{Cc}]+")
REPEATED_MARKS = regex.compile(r"\[…\](?:[\s,.;:/–-]*\[…\])+")
#: Words with a capital behind one without, as names have it.
POSSIBLE_NAME = regex.compile(
    rf"(?<=[\p{{Ll}}\]],?\s)(?!\p{{Lu}}{{1,5}}\b|{match_any_word(TITLES)}\b){PERSON_NAME}"
)


@dataclass(frozen=True, slots=True)
class RedactedText:
    """What is left of a text, and in how many places something was taken out."""

    text: str
    removals: int


@lru_cache(maxsize=1 << 14)
def redact(text: str) -> RedactedText:
    """The text on one line without what could tell who is meant, ``MARK`` in its place.

    Taken out are, wherever they stand: six digits or more with whatever is between them, written as
    words too; e-mail and other addresses on the net, accounts; number plates, RT and RW, streets
    and houses; dates of birth; names behind a title, an office or *saya*. Doing it again changes
    nothing.
    """
    left, before = clean_line(text), ""
    while left != before:
        before = left
        for pattern in REDACTION_PATTERNS.values():
            left = pattern.sub(replace_match, left)
        left = clean_line(REPEATED_MARKS.sub(REDACTION_MARK, left))
    return RedactedText(left, left.count(REDACTION_MARK))


def clean_line(text: str) -> str:
    """On one line, without letters that cannot be seen."""
    return BLANKS.sub(" ", INVISIBLE.sub("", text)).strip()


def replace_match(found: regex.Match[str]) -> str:
    """What stands in the place of something found."""
    words = found.groupdict().get("keep")
    return f"{words.rstrip()} {REDACTION_MARK}" if words else REDACTION_MARK


def find_possible_names(text: str) -> list[str]:
    """Words of a redacted text that may still be a name: a person must look at them."""
    return list(dict.fromkeys(POSSIBLE_NAME.findall(text)))


def shorten_quote(text: str, part: str) -> str | None:
    """``text`` with ``MARK`` for what ``part`` leaves out; None if that has words of its own.

    So a quote can be shortened, but nobody can be made to say what they did not write. Capitals and
    punctuation do not count; emoji stay where they stood.
    """
    words, wanted = text.split(), [word for w in part.split() if (word := strip_word(w))]
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
