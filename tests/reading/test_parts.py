"""Requests told apart, courtesies taken off, and not a word lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.reading.openings import corrects, declines_person, request_in
from firstline.reading.parts import parts_of


@pytest.mark.parametrize(
    ("text", "is_correction"),
    [
        ("no, I mean a phone call", True),
        ("that's not what I asked, where is it saved?", True),
        ("not that. shared mailbox", True),
        ("no how do I add one", True),
        ("아니 그게 아니라 통화 녹음이요", True),
        ("그거말구 화면 공유", True),
        ("ㄴㄴ 통화 녹음 하는거", True),
        ("no", False),
        ("no sound in teams", False),
        ("아니요", False),
        ("아니요 안돼요", False),
        ("아이폰은요?", False),
    ],
)
def test_what_puts_aside_an_answer_is_known_by_its_beginning(text: str, is_correction: bool) -> None:
    assert corrects(text) is is_correction


@pytest.mark.parametrize(
    ("text", "declines"),
    [
        ("아니 상담원 말고 공유 사서함은 어떻게 만들어요?", True),
        ("no, not an agent, how do I create a shared mailbox?", True),
        ("상담원 말고 팀장님 연결해주세요", False),
        ("아니 상담원 말고", False),
        ("not an agent", False),
    ],
)
def test_who_wants_no_person_may_go_on(text: str, declines: bool) -> None:
    assert declines_person(text) is declines


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("안녕하세요 공유 사서함은 어떻게 만드나요?", "공유 사서함은 어떻게 만드나요?"),
        ("안녕하세요~ 수고 많으십니다. 메일이 안 와요 ㅠㅠ 감사합니다", "메일이 안 와요"),
        ("감사합니다! 그런데 일정 공유는 어떻게 하나요?", "일정 공유는 어떻게 하나요?"),
        ("아니 그거 말고 팀즈 회의 녹화요", "팀즈 회의 녹화요"),
        ("hi, how do I add a user? thanks!", "how do I add a user?"),
        ("thanks a lot, one more thing: how do I share a calendar", "how do I share a calendar"),
        ("no, I meant the shared mailbox", "the shared mailbox"),
        ("안녕하세요", "안녕하세요"),
        ("hello there", "hello there"),
        ("thanks for nothing", "thanks for nothing"),
        ("how can I say thanks", "how can I say thanks"),
        ("고마워요 이제 됐어요", "고마워요 이제 됐어요"),
        ("thanks, that's all", "thanks, that's all"),
        ("thanks. that's all wrong, how do I add a user", "that's all wrong, how do I add a user"),
        ("MFA 초기화 부탁드립니다", "MFA 초기화 부탁드립니다"),
    ],
)
def test_courtesies_are_taken_off(text: str, request_: str) -> None:
    assert request_in(text) == request_


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "비밀번호도 까먹었고 라이선스도 두 개 추가하고 싶어요",
            ["비밀번호도 까먹었어요", "라이선스도 두 개 추가하고 싶어요"],
        ),
        ("청구서 사본 주세요 그리고 아웃룩도 안 열려요", ["청구서 사본 주세요", "아웃룩도 안 열려요"]),
        ("cancel my plan and also outlook keeps crashing", ["cancel my plan", "outlook keeps crashing"]),
        ("How do I record a meeting? And where is my invoice?", ["How do I record a meeting", "where is my invoice?"]),
        ("I was charged twice, and mail is down", ["I was charged twice", "mail is down"]),
        (
            "add a domain, reset a password and tell me your hours",
            ["add a domain", "reset a password", "tell me your hours"],
        ),
        (
            "we were billed twice and a new hire needs an account",
            ["we were billed twice", "a new hire needs an account"],
        ),
        ("we got two invoices and OneDrive won't sync", ["we got two invoices", "OneDrive won't sync"]),
        ("청구서가 두 장 왔어요. 원드라이브가 멈춰요", ["청구서가 두 장 왔어요", "원드라이브가 멈춰요"]),
        ("1) add a user 2) share my calendar", ["add a user", "share my calendar"]),
        ("회의 녹화 방법이랑 부재중 설정 방법", ["회의 녹화 방법", "부재중 설정 방법"]),
        ("아웃룩 안 열림, 청구서 사본 필요", ["아웃룩 안 열림", "청구서 사본 필요"]),
        ("I restarted it. Outlook won't open.", ["I restarted it. Outlook won't open"]),
        ("Outlook and Teams and Excel won't open", ["Outlook and Teams and Excel won't open"]),
        ("it crashes when I join a call and turn on video", ["it crashes when I join a call and turn on video"]),
        ("노트북을 새로 샀고 오피스를 깔고 싶어요", ["노트북을 새로 샀고 오피스를 깔고 싶어요"]),
        ("메일이 안 와요. 어제부터 그랬어요.", ["메일이 안 와요. 어제부터 그랬어요"]),
        ("거래처 메일만 폴더로 보내고 싶어요, 아웃룩이요", ["거래처 메일만 폴더로 보내고 싶어요, 아웃룩이요"]),
        ("화면 공유가 안 돼요, 팀즈에서요", ["화면 공유가 안 돼요, 팀즈에서요"]),
        ("cancel a seat. Urgent: nobody can sign in", ["cancel a seat", "Urgent: nobody can sign in"]),
        ("계정 만들어 주세요\n부서: 영업팀", ["계정 만들어 주세요\n부서: 영업팀"]),
        ("자동 회신 거는 법 알려주세요 청구서도 보내주세요", ["자동 회신 거는 법 알려주세요", "청구서도 보내주세요"]),
        ("is there a gap between E3 and E5? my phone died", ["is there a gap between E3 and E5", "my phone died"]),
        ("share a calendar; excel crashes when i open files", ["share a calendar", "excel crashes when i open files"]),
        ("can we pay monthly, how long does that take", ["can we pay monthly, how long does that take"]),
        ("can not join meeting, link say i need permission", ["can not join meeting, link say i need permission"]),
        ("Teams won't open. The screen says error 1001.", ["Teams won't open. The screen says error 1001"]),
        ("회의에 못 들어가요, 화면에 권한이 없다고 떠요", ["회의에 못 들어가요, 화면에 권한이 없다고 떠요"]),
        ("회의에 못 들어가요, 화면 공유 방법도 알려주세요", ["회의에 못 들어가요", "화면 공유 방법도 알려주세요"]),
        ("아웃룩이랑 팀즈가 안 열려요", ["아웃룩이랑 팀즈가 안 열려요"]),
        ("라이선스를 추가하고 싶어요", ["라이선스를 추가하고 싶어요"]),
        ("사용자를 추가하고 나서 할당하려면?", ["사용자를 추가하고 나서 할당하려면?"]),
        ("그거 말고 다른 방법", ["그거 말고 다른 방법"]),
        ("I want to add a user and give him a license", ["I want to add a user and give him a license"]),
        ("가 " * 300, ["가 " * 300]),
    ],
)
def test_seams(text: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(text)] == parts


@given(
    st.lists(
        st.sampled_from(
            [
                "메일이 안 와요.",
                "사용자 추가 방법?",
                "그리고 ",
                ", ",
                "teams crashes. ",
                "and also ",
                "네 ",
                "\n",
                "ㅠㅠ",
            ]
        ),
        max_size=12,
    )
)
def test_no_name_or_number_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    kept = " ".join(part.text for part in parts_of(text))
    for word in ("메일이", "사용자", "teams", "crashes"):
        assert len(re.findall(word, kept)) == len(re.findall(word, text))
    assert len(parts_of(text)) <= 4
