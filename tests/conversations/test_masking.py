"""Personal data and secrets are masked; what only looks a bit like them stays."""

import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.conversations.check_digits import card_is_valid, resident_number_is_valid
from firstline.conversations.masking import MASK, mask


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        ("제 주민번호는 900101-1234567 입니다", "1234567", "resident_number"),
        ("외국인등록번호 850505 - 5123456", "5123456", "resident_number"),
        ("주민등록번호 9001011234567", "1234567", "resident_number"),
        ("카드 4111 1111 1111 1111 로 결제", "1111 1111", "card"),
        ("card 4111-1111-1111-1111", "4111-1111", "card"),
        ("amex 378282246310005 please", "2822", "card"),
        ("계좌번호 110-123-456789 입니다", "456789", "account"),
        ("국민은행 123456-78-901234로 입금했어요", "901234", "account"),
        ("iban DE89 3704 0044 0532 0130 00", "0532", "account"),
        ("제 비번은 Abc123! 입니다", "Abc123!", "password"),
        ("비밀번호는 1234입니다", "1234", "password"),
        ("비번 1234로 바꿨어요", "1234", "password"),
        ("비번 qwer1234!인데 안돼요", "qwer1234!", "password"),
        ("임시 암호는 Temp#2024 로 했습니다", "Temp#2024", "password"),
        ("password: hunter2!", "hunter2!", "password"),
        ("my pw is 'S3cret-word'", "S3cret-word", "password"),
        ("changed the password to Abc!2345 just now", "Abc!2345", "password"),
        ("인증번호는 123456 이에요", "123456", "code"),
        ("the verification code is 4821 97", "4821", "code"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.sig123", "eyJzdWIiOiIxIn0", "token"),
        ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7", "token"),
        ("ghp_" + "a1B2" * 9, "a1B2a1B2", "token"),
        ("client secret: abc8Q~" + "x1" * 16, "x1x1x1", "token"),
        ("DefaultEndpointsProtocol=https;AccountKey=abcd1234efgh5678==;", "efgh5678", "token"),
        ("https://x.blob.core.windows.net/a?sp=r&sig=abc%2Fdefghijklmnop123", "defghijklmnop", "token"),
        ("Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "mnopqrst", "token"),
        ("액세스 토큰은 abcdefghij1234567890", "1234567890", "token"),
        ("복구 키 111111-222222-333333-444444-555555-666666-777777-888888", "444444", "token"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----", "MIIEv", "token"),
    ],
)
def test_secrets_are_masked(text: str, secret: str, kind: str) -> None:
    masked, kinds = mask(text)
    assert secret not in masked and MASK in masked
    assert kind in kinds


@pytest.mark.parametrize(
    "text",
    [
        "비밀번호가 안돼요",
        "내 비밀번호는 안 바뀌어요",
        "비밀번호는 90일마다 바꿔야 하나요",
        "비밀번호는 12자리 이상이어야 합니다",
        "비밀번호는 2024-11-03에 바꿨어요",
        "비밀번호 AADSTS50126 오류가 나요",
        "비번 초기화 메일을 user1@contoso.com 로 보내주세요",
        "password is wrong",
        "password for office365 does not work",
        "password expired 90 days ago",
        "인증번호 6자리가 안 와요",
        "주문번호 4111111111111112",
        "주문번호 4111111111111111",
        "order number: 4111 1111 1111 1111",
        "접수번호 20261103123456",
        "2026-11-23 10:00",
        "02-000-0000",
        "010-1234-5678로 전화 주세요",
        "사업자등록번호 123-45-67890",
        "입금 계좌번호 알려주세요",
        "DEMO-1001 어떻게 됐나요",
        "EX25194 AADSTS50126 0x80070005 KB5001330 TM123456",
        "테넌트 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "client id 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "901331-1234567",
        "900101-9234567",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == (text, frozenset())


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once, _ = mask(text)
    assert mask(once)[0] == once


def with_luhn(body: str) -> str:
    return next(body + str(digit) for digit in range(10) if card_is_valid(body + str(digit)))


CARDS = st.builds(
    lambda prefix, rest: with_luhn(prefix + f"{rest:015d}"[: 15 - len(prefix)]),
    st.sampled_from(["4", "51", "55", "9"]),
    st.integers(0, 10**15 - 1),
)


@given(CARDS, st.sampled_from(["", " ", "-"]), st.sampled_from(["제 카드는 {} 예요", "pay with {}", "{}", "({})"]))
def test_every_card_is_masked_however_it_is_written(card: str, gap: str, sentence: str) -> None:
    written = gap.join(card[start : start + 4] for start in range(0, 16, 4))
    masked, kinds = mask(sentence.format(written))
    assert kinds == {"card"} and card[-4:] not in masked


@given(CARDS, st.integers(1, 9))
def test_one_wrong_digit_is_no_card(card: str, step: int) -> None:
    wrong = card[:-1] + str((int(card[-1]) + step) % 10)
    assert not card_is_valid(wrong)
    assert "card" not in mask(f"번호 {wrong} 확인")[1]


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.integers(1, 2), st.booleans(), st.integers(0, 999_999))
def test_every_resident_number_is_masked(born: date, sex: int, foreign: bool, rest: int) -> None:
    century = sex + (2 if born.year >= 2000 else 0) + (4 if foreign else 0)
    number = f"{born:%y%m%d}-{century}{rest:06d}"
    masked, kinds = mask(f"저는 {number} 입니다")
    assert kinds == {"resident_number"} and number[-7:] not in masked


@given(st.dates(date(1930, 1, 1), date(1999, 12, 31)), st.integers(0, 99_999))
def test_a_resident_number_without_hyphen_needs_its_check_digit(born: date, rest: int) -> None:
    body = f"{born:%y%m%d}1{rest:05d}"
    valid = [str(digit) for digit in range(10) if resident_number_is_valid(body + str(digit))]
    assert len(valid) == 1
    for digit in "0123456789":
        assert ("resident_number" in mask(f"값 {body}{digit} 확인")[1]) == (digit == valid[0])


PHONE = r"(01[016]-[0-9]{4}|02-[0-9]{3,4}|0[3-6][1-5]-[0-9]{3,4})-[0-9]{4}"


@given(st.uuids(), st.sampled_from(["테넌트 {}", "tenant id: {}", "secret {}", "비밀번호 {}", "{}"]))
def test_a_guid_stays(guid: uuid.UUID, sentence: str) -> None:
    text = sentence.format(guid)
    assert mask(text) == (text, frozenset())


@given(st.from_regex(PHONE, fullmatch=True))
def test_a_phone_number_stays(phone: str) -> None:
    for sentence in ("{}", "연락처는 {} 입니다", "비번은 {} 로 알려 주세요", "account contact {}"):
        text = sentence.format(phone)
        assert mask(text) == (text, frozenset())


@given(st.from_regex(r"[A-HJ-NP-Z][a-z]{3}[0-9]{3}[!#%&*]", fullmatch=True))
def test_a_password_is_masked_in_both_languages(word: str) -> None:
    for sentence in (
        "비밀번호는 {} 입니다",
        "제 비번은 {}예요",
        "비번 {} 인데 안 돼요",
        "pw: {}",
        "the password is {} ok?",
    ):
        masked, kinds = mask(sentence.format(word))
        assert word not in masked and kinds == {"password"}
