"""Seats, prices, days, products and owners read from what customers write in both languages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.support_rules.amounts import price_in, seats_in
from firstline.support_rules.cancelling import cancel_rule, retention_rule
from firstline.support_rules.cycle_days import cycle_end_in, without_cycle
from firstline.support_rules.days import Prefer, day_in
from firstline.support_rules.ownership import owner_by_matter, owner_rules
from firstline.support_rules.products import named_in, product_of_service, products
from firstline.support_rules.prorate import prorate_rule
from firstline.support_rules.symptoms import symptom_in

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("20개 추가", 20),
        ("스무 명", 20),
        ("열두개", 12),
        ("스물다섯 명 더", 25),
        ("다섯 좌석", 5),
        ("1,200명", 1200),
        ("add 5 seats", 5),
        ("ten more users", 10),
        ("a dozen licences", 12),
        ("how much if we go from 10 to 12 seats", 2),
        ("30명에서 40명으로 늘리면", 10),
        ("15명 쓰다가 5명 추가하면", 5),
        ("월 2만원짜리 15명인데 다섯 명 더 늘리려고요", 5),
        ("15 users at $20, adding 5 now", 5),
        ("we have 15 licences and need 3 more seats", 3),
        ("15 users, adding 20 dollars", 15),
        ("from 12 to 10 seats", None),
        ("we moved from 2 to 3 offices", None),
        ("8개월 남았어요", None),
        ("3개월 뒤", None),
        ("11월 3일", None),
        ("2026-11-03", None),
        ("15,000원", None),
        ("안녕하세요", None),
    ],
)
def test_seats(text: str, seats: int | None) -> None:
    assert seats_in(text) == seats


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("20", 20),
        ("스물", 20),
        ("1,200", 1200),
        ("0", None),
        ("많이", None),
        ("10 to 12", 2),
        ("30에서 35로요", 5),
        ("11월 3일에서 12월", None),
    ],
)
def test_a_mere_number_counts_where_seats_were_asked_for(text: str, seats: int | None) -> None:
    assert seats_in(text, bare=True) == seats


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("월 15,000원", "15000", "KRW"),
        ("1만5천원", "15000", "KRW"),
        ("만오천원", "15000", "KRW"),
        ("이만삼천원이요", "23000", "KRW"),
        ("₩15,000", "15000", "KRW"),
        ("$12.50", "12.50", "USD"),
        ("12달러", "12", "USD"),
        ("usd 20 per user", "20", "USD"),
        ("15 eur", "15", "EUR"),
        ("연 180,000원", "15000", "KRW"),
        ("$180 a year", "15", "USD"),
    ],
)
def test_prices(text: str, amount: str, currency: str) -> None:
    price = price_in(text)
    assert price is not None and (price.monthly, price.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["원드라이브", "지원해 주세요", "20개", "11월 3일", "how much"])
def test_no_price(text: str) -> None:
    assert price_in(text) is None


@pytest.mark.parametrize(
    ("text", "day", "prefer"),
    [
        ("11월 3일", "2026-11-03", "near"),
        ("11월 3일", "2027-11-03", "future"),
        ("2026년 11월 3일", "2026-11-03", "past"),
        ("2026-11-03", "2026-11-03", "near"),
        ("2026.11.3", "2026-11-03", "near"),
        ("11/3", "2026-11-03", "past"),
        ("3 Nov", "2026-11-03", "past"),
        ("November 3rd, 2025", "2025-11-03", "near"),
        ("어제 샀어요", "2026-11-22", "past"),
        ("그저께", "2026-11-21", "past"),
        ("3일 전이요", "2026-11-20", "past"),
        ("2주 전", "2026-11-09", "past"),
        ("산 지 3일 됐는데", "2026-11-20", "past"),
        ("구매한 지 일주일 지났어요", "2026-11-16", "past"),
        ("it's been two weeks", "2026-11-09", "past"),
        ("3일에 샀는데 됐나요", "2026-11-03", "past"),
        ("지난달 15일", "2026-10-15", "past"),
        ("다음 달 말일", "2026-12-31", "future"),
        ("지난주 금요일", "2026-11-20", "past"),
        ("last friday", "2026-11-20", "past"),
        ("two weeks ago", "2026-11-09", "past"),
        ("월말", "2026-11-30", "future"),
        ("15일이요", "2026-12-15", "future"),
        ("the 15th", "2026-11-15", "past"),
        ("1월 5일", "2027-01-05", "future"),
        ("end of the month", "2026-11-30", "future"),
        ("yesterday", "2026-11-22", "near"),
        ("10일 남았어요", "2026-12-02", "future"),
        ("아직 2주 정도 남음", "2026-12-06", "future"),
        ("남은 기간이 20일이요", "2026-12-12", "future"),
        ("한 달 남았습니다", "2026-12-22", "future"),
        ("10 days left", "2026-12-02", "future"),
        ("two weeks are still remaining", "2026-12-06", "future"),
    ],
)
def test_days(text: str, day: str, prefer: Prefer) -> None:
    assert day_in(text, TODAY, prefer) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["31 feb", "13월 40일", "2026-02-30", "may I cancel", "20개", "15,000원", "모르겠어요"]
)
def test_no_day(text: str) -> None:
    assert day_in(text, TODAY) is None


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for bare in (False, True):
        seats_in(text, bare=bare)
        price_in(text, bare=bare)
    day_in(text, TODAY)
    named_in(text)
    symptom_in(text)
    owner_by_matter(text)


@given(st.dates(date(2025, 1, 1), date(2029, 12, 31)))
def test_a_written_day_is_read_back(day: date) -> None:
    english = (f"{day.day} {day:%b} {day.year}", f"{day:%B} {day.day}, {day.year}")
    written = (day.isoformat(), f"{day.year}년 {day.month}월 {day.day}일", *english)
    assert {day_in(text, TODAY) for text in written} == {day}


@pytest.mark.parametrize(
    ("text", "ids", "symptom"),
    [
        ("아웃룩 연결이 안돼요", ["exchange_online"], "connect"),
        ("팀즈 먹통", ["teams"], "down"),
        ("can't sign in to teams", ["entra", "teams"], "sign_in"),
        ("메일 안와요", ["exchange_online"], "mail_flow"),
        ("OneDrive 동기화 안됨", ["onedrive"], "sync"),
        ("쉐어포인트 느려요", ["sharepoint"], "slow"),
        ("the admin center is down", ["m365_suite"], "down"),
        ("how do I share a calendar", ["exchange_online"], None),
        ("점심 뭐 먹지", [], None),
    ],
)
def test_products_and_symptoms(text: str, ids: list[str], symptom: str | None) -> None:
    assert [product.id for product in named_in(text)] == ids
    assert symptom_in(text) == symptom


def test_a_services_name_in_graph_leads_to_one_product() -> None:
    names = [service for product in products().values() for service in product.services]
    assert len(names) == len(set(names))
    product = product_of_service("Exchange Online")
    assert product is not None and product.id == "exchange_online"
    assert product_of_service("A service of tomorrow") is None


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("마켓플레이스 앱 고장나면 누가 고쳐요", "isv"),
        ("라이선스 줄이는 거 제가 직접 할 수 있어요?", "partner"),
        ("서비스 장애는 누가 복구하나요", "microsoft"),
        ("비밀번호 초기화는 누가 해줘요", "self"),
        ("MS에 직접 티켓 열 수 있나요", "partner"),
        ("라이선스 할당은 누가 하나요", "self"),
        ("can I cancel the subscription myself?", "partner"),
        ("who fixes bugs in outlook", "microsoft"),
        ("who assigns licences", "self"),
        ("who files the sla credit", "partner"),
    ],
)
def test_who_owns_a_matter(text: str, owner: str) -> None:
    rule = owner_by_matter(text)
    assert rule is not None and rule.owner == owner


def test_every_rule_has_a_source_and_a_date() -> None:
    rules = [
        *owner_rules(),
        *map(prorate_rule, ("seats_changed", "cancelled")),
        cancel_rule(),
        cancel_rule("marketplace_yearly"),
        retention_rule("not_renewed"),
    ]
    assert all(rule.source and rule.as_of for rule in rules)


@pytest.mark.parametrize(
    ("text", "asked", "end"),
    [
        ("my monthly plan started on 3 March, what do 2 more seats cost at $10", False, date(2026, 3, 2)),
        ("our subscription began on 15 Oct and we add 5 seats today", False, date(2026, 10, 14)),
        ("montly subscription starts the 3rd of each month", False, date(2026, 11, 2)),
        ("3월 3일에 시작한 월간 구독인데 5명 추가하면 얼마?", False, date(2026, 3, 2)),
        ("구독 시작 10월 15일, 2석 추가", False, date(2026, 10, 14)),
        ("3월 3일에 시작한 월간 구독이에요", True, date(2026, 3, 2)),
        ("3월 3일 시작", True, date(2026, 3, 2)),
        ("3월 3일부터요", True, date(2026, 3, 2)),
        ("started 3 march", True, date(2026, 3, 2)),
        ("bought it on 20 Nov", True, date(2026, 11, 19)),
        ("12월 14일", True, date(2026, 12, 14)),
        ("10일 남았어요", True, date(2026, 12, 2)),
        ("월 2만원짜리 15명 쓰다가 10일 남기고 5명 추가하면 얼마에요", False, date(2026, 12, 2)),
        ("15 users at 20 dollars a month, adding 5 with 10 days left", False, date(2026, 12, 2)),
        ("it ends on 14 Dec", True, date(2026, 12, 14)),
        ("갱신일이 12월 14일인데 5명 추가하면", False, date(2026, 12, 14)),
        ("added 10 seats on 3 Nov", False, None),
        ("12월 1일에 시작하는 신입 5명 추가하면 얼마", False, None),
        ("", True, None),
    ],
)
def test_a_cycle_is_known_by_its_end_or_its_beginning(text: str, asked: bool, end: date | None) -> None:
    assert cycle_end_in(text, TODAY, asked=asked) == end


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3월 3일에 시작한 월간 구독에 11월 20일에 5명 추가하면", date(2026, 11, 20)),
        ("my plan started on 3 March, I added 2 seats on 20 Nov", date(2026, 11, 20)),
        ("my plan started on 3 March, what do 2 seats cost", None),
        ("갱신일이 12월 14일인데 5명 추가하면", None),
        ("10일 남기고 5명 추가하면", None),
        ("added 10 seats on 3 Nov", date(2026, 11, 3)),
    ],
)
def test_the_day_of_a_change_is_none_of_the_cycle_s(text: str, day: date | None) -> None:
    assert day_in(without_cycle(text), TODAY) == day
