"""One wrong fact planted in one language of a starter article, and how many of each kind the comparison finds.

Run as a script, it prints the table of ``docs/quality.md``. What is planted does not depend on how facts are found: it
has patterns of its own.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from firstline.authoring.fact_diff import Difference, fact_diff
from firstline.knowledge.articles import Article, read_folder
from firstline.knowledge.lexical import analyser
from firstline.knowledge.starter_library import STARTER_FOLDER

SEED = 20261123
PER_KIND = 72
KINDS = ("number", "unit", "date", "money", "url", "product", "negation", "only")
# What a planted kind may rightly be called: a number with another unit is another duration or size.
NAMED = {
    "number": {"number", "duration", "money", "date"},
    "unit": {"duration", "number"},
}
_UNITS = {
    "ko": [
        ("영업일", "일"), ("시간", "분"), ("개월", "년"), ("일", "시간"), ("분", "시간"), ("년", "개월"), ("GB", "TB"),
    ],
    "en": [
        ("business days", "days"), ("hours", "minutes"), ("months", "years"), ("days", "hours"), ("minutes", "hours"),
        ("years", "months"), ("GB", "TB"), ("hour", "minute"), ("month", "year"), ("day", "hour"), ("year", "month"),
    ],
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.,:/-])(?!(?:19|20)\d\d)\d{1,4}(?![\w.,:/-]*\d)(?!\.\s|\s?(?:won|원))")
_DATE = re.compile(r"\b(20\d\d)-(\d\d)\b|\b(20\d\d)(?=년|\))")
_URL = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|net|microsoft|kr)\b(?!\.)")
_PRODUCTS = ("Outlook", "Teams", "OneDrive", "SharePoint", "Excel", "Intune", "Exchange", "Azure", "Defender")
_MONEY = {"ko": "수수료는 한 달에 {}원입니다.", "en": "The fee is {} won a month."}
_EN_NOT: tuple[tuple[str, str], ...] = (
    (r"\bcannot\b", "can"), (r"\bcan't\b", "can"), (r"\bwon't\b", "will"), (r"n't\b", ""), (r"\bnot\s", ""),
    (r"\bnever\s", ""), (r"\bno one\b", "everyone"), (r"\bnobody\b", "everybody"), (r"\bnothing\b", "everything"),
    (r"\bnone\b", "all"), (r"\bno\s(?=[a-z])", "a "), (r"\bwithout\b", "with"), (r"\bneither\b", "both"),
)  # fmt: skip
_EN_ONLY = ((r"\bonly\s", ""), (r"\bexclusively\s", ""), (r"\bsolely\s", ""))
_KO_ONLY = re.compile(r"(?<=[가-힣A-Za-z])(?<!지)만(?=[\s.,은을이])(?!\s?(?:원|명|개))")
# A name of the product's own pages, and idioms that deny nothing.
_KO_KEPT = re.compile(r"사용 안 함|약속 있음/없음|상관없|관계없|그러지 않으면|아니면|(?:뿐|만) 아니라|밖에")


@dataclass(frozen=True)
class Planted:
    """An article of which one language has a wrong fact of ``kind``; ``before`` became ``after``."""

    kind: str
    korean: Article
    english: Article
    wrong: str
    before: str
    after: str


def pairs() -> list[tuple[Article, Article]]:
    """Return the starter library's articles, Korean and English."""
    good, _bad = read_folder(STARTER_FOLDER)
    by_key = {(entry.slug, entry.lang): entry for _path, entry in good}
    return [(by_key[slug, "ko"], by_key[slug, "en"]) for slug, lang in sorted(by_key) if lang == "ko"]


def plant(kind: str, articles: Sequence[tuple[Article, Article]], count: int = PER_KIND) -> list[Planted]:
    """Plant ``count`` errors of a kind, one an article and language in turn, at places chosen by the seed."""
    chance = random.Random(f"{SEED} {kind}")
    possible: list[Planted] = []
    for korean, english in articles:
        for article in (korean, english):
            for before, after, body in _changes(kind, article, chance):
                changed = article.model_copy(update={"body": body})
                pair = (changed, english) if article.lang == "ko" else (korean, changed)
                possible.append(Planted(kind, *_with_money(kind, article.lang, *pair), article.lang, before, after))
    chance.shuffle(possible)
    rounds: dict[tuple[str, str], int] = {}
    ranked = []
    for place, planted in enumerate(possible):
        key = (planted.korean.slug, planted.wrong)
        rounds[key] = rounds.get(key, 0) + 1
        ranked.append((rounds[key], place, planted))
    return [planted for _round, _place, planted in sorted(ranked, key=lambda row: row[:2])[:count]]


def found(planted: Planted, clean: Sequence[Difference]) -> bool:
    """Say whether the comparison warns of the planted error, of its kind, beyond what it says of the clean pair."""
    kinds = NAMED.get(planted.kind, {planted.kind})
    known = {(difference.kind, text) for difference in clean for text in (*difference.ko, *difference.en)}
    return any(
        (difference.kind, text) not in known
        for difference in fact_diff(planted.korean, planted.english)
        if difference.kind in kinds
        for text in (*difference.ko, *difference.en)
    )


def _changes(kind: str, article: Article, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    lines = article.body.split("\n")
    for number, line in enumerate(lines):
        for start, end, new in _edits(kind, article.lang, line, chance):
            changed = line[:start] + new + line[end:]
            yield line, changed, "\n".join([*lines[:number], changed, *lines[number + 1 :]])
    if kind == "money":
        yield "", "", article.body


def _edits(kind: str, lang: str, line: str, chance: random.Random) -> Iterator[tuple[int, int, str]]:
    if line.startswith("#"):
        return
    if kind == "negation" and lang == "ko":
        yield from _without_korean_not(line)
        return
    finders: dict[str, Callable[[], Iterator[tuple[int, int, str]]]] = {
        "number": lambda: (
            (*match.span(), str(int(match.group()) + chance.choice((1, 2, 10)))) for match in _NUMBER.finditer(line)
        ),
        "unit": lambda: _units(line, lang),
        "date": lambda: (
            (*match.span(), f"{int(match[1] or match[3]) - 1}-{match[2]}" if match[2] else str(int(match[3]) - 1))
            for match in _DATE.finditer(line)
        ),
        "url": lambda: ((match.end(), match.end(), "/other") for match in _URL.finditer(line)),
        "product": lambda: (
            (*match.span(), chance.choice([other for other in _PRODUCTS if other not in line]))
            for match in re.finditer(rf"\b(?:{'|'.join(_PRODUCTS)})\b", line)
        ),
        "negation": lambda: _replaced(_EN_NOT, line),
        "only": lambda: (
            ((*match.span(), "") for match in _KO_ONLY.finditer(line)) if lang == "ko" else _replaced(_EN_ONLY, line)
        ),
    }
    if kind in finders:
        yield from finders[kind]()


def _units(line: str, lang: str) -> Iterator[tuple[int, int, str]]:
    for unit, other in _UNITS[lang]:
        follows = r"(?![가-힣]*(?:정|치))" if lang == "ko" else r"\b"
        for match in re.finditer(rf"(?<=\d)(?<!20\d\d)\s?{unit}{follows}", line):
            space = " " if match.group().startswith(" ") else ""
            yield *match.span(), space + other


def _replaced(table: Sequence[tuple[str, str]], line: str) -> Iterator[tuple[int, int, str]]:
    taken: set[int] = set()
    for pattern, new in table:
        for match in re.finditer(pattern, line, re.IGNORECASE):
            if match.start() not in taken and match.end() not in taken:
                taken |= {match.start(), match.end()}
                yield *match.span(), new


def _without_korean_not(line: str) -> Iterator[tuple[int, int, str]]:
    """Take one "not" out and put the morphemes around it together again."""
    kept = [match.span() for match in _KO_KEPT.finditer(line)]
    tokens = analyser().tokenize(line)
    for place, token in enumerate(tokens):
        if any(start <= token.start < end for start, end in kept):
            continue
        form = (token.form, token.tag)
        if form in {("않", "VX"), ("못하", "VX"), ("말", "VX")} and tokens[place - 1].form == "지" and place > 1:
            first, replaced = place - 2, [(tokens[place - 2].form, tokens[place - 2].tag)]
        elif form == ("없", "VA"):
            first, replaced = place, [("있", "VA")]
        elif form in {("안", "MAG"), ("못", "MAG")}:
            first, replaced = place, []
        elif token.tag == "VCN":
            first, replaced = place, [("이", "VCP")]
        else:
            continue
        last = place
        while last + 1 < len(tokens) and tokens[last + 1].tag[0] == "E":
            last += 1
        rest = [(token.form, token.tag) for token in tokens[place + 1 : last + 1]]
        new = analyser().join([*replaced, *rest]) if replaced else ""
        end = tokens[last].end if replaced else tokens[place + 1].start
        yield tokens[first].start, end, new


def _with_money(kind: str, wrong: str, korean: Article, english: Article) -> tuple[Article, Article]:
    """The library names no price that could be wrong, so one is put in, another in the wrong language."""
    if kind != "money":
        return korean, english
    prices = {lang: "13,000" if lang == wrong else "12,000" for lang in ("ko", "en")}
    texts = [f"{article.body}\n\n{_MONEY[article.lang].format(prices[article.lang])}" for article in (korean, english)]
    return korean.model_copy(update={"body": texts[0]}), english.model_copy(update={"body": texts[1]})


def measure() -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return, by kind, how many of the planted errors were found of how many; and the clean articles warned of."""
    articles = pairs()
    clean = {korean.slug: fact_diff(korean, english) for korean, english in articles}
    results = {}
    for kind in KINDS:
        planted = plant(kind, articles)
        results[kind] = (sum(found(one, clean[one.korean.slug]) for one in planted), len(planted))
    return results, [slug for slug, differences in clean.items() if differences]


if __name__ == "__main__":
    results, warned = measure()
    print("| Kind | Planted | Found |\n|---|---|---|")
    for kind, (hits, count) in results.items():
        print(f"| {kind} | {count} | {hits} |")
    print(f"\nClean pairs warned of: {len(warned)} of {len(pairs())}: {', '.join(warned)}")
