"""The radar names the customers that a count by hand names, with reasons, courses, and what it doesn't know."""

import math
from datetime import timedelta
from typing import Any

import pytest

from firstline.conversations.customer_models import KnownCustomer
from firstline.core.settings import Settings
from firstline.core.times import use_clock
from firstline.training.chance import change_chance, compare
from firstline.training.service import Training
from firstline.training.views import radar_json

from .seed import ASKED, NAMED, NOW, ask, chat


async def test_it_names_whom_a_count_by_hand_names(seeded: Training) -> None:
    with use_clock(lambda: NOW):
        radar = await seeded.radar("demo")
    named = {one.customer.key: [f"{r.why} {r.product}" for r in one.reasons] for one in radar.named}
    assert named == NAMED
    questions = {one.customer.key: one.tally.total for one in radar.customers}
    assert questions == {
        "G-1": 12, "D-2": 5, "M-3": 2, "S-4": 2, "C-5": 0, "K-6": 0, "T-7": 0, "P-8": 9, "H-9": 1, "N-10": 0,
    }  # fmt: skip
    assert (radar.unknown, radar.unclear) == (6, 0)
    gana = radar.named[0]
    # September and October whole, November by 28 of 30 days.
    months = 2 + 28 / 30
    assert gana.scopes[0].exposure == pytest.approx(50 * months)
    assert gana.scopes[0].per_100_seats == pytest.approx(100 * 12 / (50 * months))
    others = 200 + 100 + 20 + 80 + 60 + 40 + 70 + 90
    assert gana.scopes[0].compared is not None
    assert gana.scopes[0].compared.expected == pytest.approx((5 + 2 + 2 + 1 + 0.5) * 50 / others)


async def test_courses_follow_the_reasons_and_nothing_is_said_without_data(seeded: Training) -> None:
    with use_clock(lambda: NOW):
        radar = await seeded.radar("demo")
        found = radar_json(radar, NOW, radar.customers)
    by_key = {one["key"]: one for one in found["customers"]}
    offered = {key: [course["id"] for course in one["courses"]] for key, one in by_key.items()}
    assert offered == {key: [] for key in by_key} | {
        "G-1": ["teams-meetings"], "C-5": ["first-steps"], "K-6": ["first-steps"], "T-7": ["next-steps"],
        "H-9": ["outlook-calendar", "first-steps"],
    }  # fmt: skip
    assert by_key["G-1"]["courses"][0]["covered"] == 11
    assert {one["id"]: one["customers"] for one in found["courses"]}["first-steps"] == ["H-9", "C-5", "K-6"]
    paha = by_key["P-8"]
    assert paha["seats"] is paha["per_100_seats"] is None and paha["questions"] == 9
    assert all(month["per_100_seats"] is None for month in paha["months"])
    assert found["counts"]["without_seats"] == 1
    assert [one["old"] for one in by_key["N-10"]["figures"]] == [True, True]
    over = next(one for one in by_key["T-7"]["figures"] if one["what"] == "usage")
    assert (over["share"], over["definition"], over["as_of"]) == (1.12, "usage-2022", "2026-10-31")
    said = by_key["G-1"]["reasons"][0]["text"]
    assert said["ko"].startswith("전체 제품 사용법 문의가 12건입니다. 다른 고객과 같은 수준이라면 약 0.8건")
    assert said["en"].startswith("How-to questions about all products: 12.")
    assert (
        by_key["C-5"]["reasons"][0]["text"]["ko"]
        == "전체 제품 배포율이 40%로 기준 60%보다 낮습니다(2026년 10월 31일 기준)."
    )


async def test_a_partners_own_file_replaces_courses_and_thresholds(seeded: Training, settings: Settings) -> None:
    path = settings.partners_dir / "demo" / "training.yaml"
    path.write_text(
        "thresholds: {deployment_below: 0.3, per_100_seats: 3}\n"
        "courses:\n- id: own\n  title: {ko: 우리 과정, en: Ours}\n"
        "  about: {ko: 설명입니다., en: About.}\n  hours: 1.5\n  for: [questions, usage]\n",
        "utf-8",
    )
    with use_clock(lambda: NOW):
        radar = await seeded.radar("demo")
    named = {one.customer.key: [f"{r.why} {r.product}" for r in one.reasons] for one in radar.named}
    assert "C-5" not in named and named["G-1"][0] == "questions "
    assert [gain.course.id for gain in radar.named[0].gains] == ["own"]
    path.write_text("courses:\n- id: own\n  title: {ko: 우리 과정}\n", "utf-8")
    with pytest.raises(Exception, match=r"training\.yaml: courses\.0\.title\.en"):
        await seeded.radar("demo")


async def test_a_case_of_the_category_counts_where_no_answer_did(seeded: Training, database: Any) -> None:
    async with database.session() as session:
        chat(session, "ha@maba.example", category="usage")
        asked = chat(session, "ha@maba.example", category="usage")
        await session.flush()
        ask(session, asked, "share-a-calendar", NOW - timedelta(days=1))
    with use_clock(lambda: NOW):
        radar = await seeded.radar("demo")
    assert {one.customer.key: one.tally.total for one in radar.customers}["M-3"] == 4


async def test_who_the_partners_site_vouched_for_counts_by_key_then_by_address(seeded: Training, database: Any) -> None:
    async with database.session() as session:
        for customer_id, email in (("M-3", "lee@gana.example"), ("someone", "cho@maba.example"), ("x", None)):
            name = chat(session, "")
            await session.flush()
            values = {"customer_id": customer_id, "name": "n", "email": email, "tier": None, "verified_at": NOW}
            session.add(KnownCustomer(conversation_id=name, partner="demo", **values))
            ask(session, name, "share-a-calendar", NOW - timedelta(days=1))
            await session.flush()
    with use_clock(lambda: NOW):
        radar = await seeded.radar("demo")
    counts = {one.customer.key: one.tally.total for one in radar.customers}
    assert (counts["M-3"], counts["G-1"], radar.unknown) == (4, 12, 7)


def test_the_tails_are_those_of_their_distributions() -> None:
    """Summed up by hand: negative binomial for one against the others, binomial for before and after."""
    count, exposure, others, others_exposure = 4, 30.0, 9, 400.0
    shape, share = others + 0.5, exposure / (exposure + others_exposure)

    def pmf(k: int) -> float:
        log = math.lgamma(k + shape) - math.lgamma(shape) - math.lgamma(k + 1)
        return math.exp(log + k * math.log(share) + shape * math.log(1 - share))

    found = compare(count, exposure, others, others_exposure)
    assert found is not None
    assert found.chance == pytest.approx(1 - sum(pmf(k) for k in range(count)))
    tail = sum(math.comb(12, k) * 0.5**12 for k in range(3))
    assert change_chance(10, 2, 100, 100) == pytest.approx(2 * tail)
    assert change_chance(0, 0, 1, 1) == 1.0 and change_chance(1, 1, 0, 1) is None
    assert compare(3, 10, 5, 0) is None


def test_the_hand_count_and_the_seed_agree() -> None:
    assert sum(sum(topics.values()) for address, topics in ASKED if address) == 12 + 5 + 2 + 2 + 9 + 1
