"""A draft of the letter that offers a customer a course, with the customer's own figures. Nobody sends it by itself."""

from dataclasses import dataclass
from datetime import date

from firstline.core.texts import Language
from firstline.support_rules.adoption import definitions
from firstline.training.courses import Course
from firstline.training.models import ALL
from firstline.training.radar import Radar, Seen
from firstline.training.reasons import Reason
from firstline.training.words import TEXTS, day_text, number, percent, product_name

_TOPICS = 3


@dataclass(frozen=True)
class Letter:
    """A draft: subject and text."""

    subject: str
    text: str


def draft(radar: Radar, seen: Seen, course: Course, lang: Language, *, partner: str, sender: str) -> Letter:
    """Write the letter in a language. ``partner`` is its name there, ``sender`` the person's who will send it.

    It says what is known and leaves out what isn't: no figures, no list of them.
    """

    def say(key: str, **values: object) -> str:
        return TEXTS.get(lang, f"letter.{key}", **values)

    title = course.name(lang)
    name = seen.customer.name
    facts = [*_questions(radar, seen, course, lang), *_figures(seen, lang)]
    parts = [
        say("greeting", customer=name, partner=partner, sender=sender),
        say("why") + ("\n\n" + "\n".join(facts) if facts else ""),
        say(
            "offer",
            course=title,
            hours=number(course.hours),
            about=course.about.ko if lang == "ko" else course.about.en,
        ),
        say("self_service"),
        say("next"),
        say("closing", sender=sender),
    ]
    return Letter(say("subject", partner=partner, customer=name, course=title), "\n\n".join(parts) + "\n")


def _questions(radar: Radar, seen: Seen, course: Course, lang: Language) -> list[str]:
    """Say how often and about what was asked, of the course's product if it has just one."""
    tally = seen.tally
    product = course.products[0] if len(course.products) == 1 else ALL
    count = tally.products[product] if product else tally.total
    if not count:
        return []
    since, until = (day_text(day, lang) for day in (radar.window.months[0].first, radar.window.today))
    name = product_name(product, lang) if product else "Microsoft 365"
    lines = [TEXTS.get(lang, "letter.questions", since=since, until=until, product=name, count=count)]
    topics = [
        TEXTS.get(lang, "letter.topic", title=radar.topics[slug].titles.get(lang, slug), count=asked)
        for (about, slug), asked in tally.topics.most_common()
        if slug in radar.topics and (not product or about == product)
    ][:_TOPICS]
    if topics:
        lines.append(TEXTS.get(lang, "letter.topics", topics=", ".join(topics)))
    return lines


def _figures(seen: Seen, lang: Language) -> list[str]:
    """Say the figures that are reasons, each with its day and what it means."""
    lines = []
    over = False
    for reason in seen.reasons:
        if reason.why in ("deployment", "usage"):
            over |= reason.values["share"] > 1
            lines.append(_figure(seen, reason, reason.values["on"], lang))
        elif reason.why == "growth":
            over |= max(reason.values["share"], reason.values["usage"]) > 1
            usage = Reason("usage", reason.product, {"share": reason.values["usage"]})
            lines.append(_figure(seen, Reason("deployment", reason.product, reason.values), reason.values["on"], lang))
            lines.append(_figure(seen, usage, reason.values["usage_on"], lang))
        elif reason.why == "wanted":
            lines.append(TEXTS.get(lang, "letter.wanted", on=day_text(reason.values["on"], lang)))
    return [*lines, *([TEXTS.get(lang, "letter.over")] if over else [])]


def _figure(seen: Seen, reason: Reason, on: date, lang: Language) -> str:
    row = next((r for r in reversed(seen.history.rows) if r.product == reason.product and r.as_of == on), None)
    used = next(
        (one for one in definitions("usage") if row and one.id == row.usage_definition), definitions("usage")[-1]
    )
    is_older = reason.why == "usage" and used.whole == "entitlements"
    return TEXTS.get(
        lang,
        "letter.usage_entitlements" if is_older else f"letter.{reason.why}",
        on=day_text(on, lang),
        product=product_name(reason.product, lang),
        share=percent(reason.values["share"]),
        days=used.days,
    )
