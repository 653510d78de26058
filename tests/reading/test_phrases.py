"""Set phrases: found as people type them, and not inside a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.reading.phrases import Wish, wish_of

FOUND = {
    Wish.ENGLISH: [
        "영어로 해주세요",
        "영어로 답변해 주세요!",
        "English로 해주세요",
        "in English please",
        "can you speak English?",
        "sorry, can we speak English?",
    ],
    Wish.KOREAN: ["한국어로", "한국말로 해줘", "korean please", "please switch to Korean"],
    Wish.START_OVER: ["처음으로", "처음부터 다시 할게요", "다시 시작", "start over", "let's start again", "main menu"],
    Wish.GO_BACK: ["뒤로", "뒤로 가기", "이전 단계로", "go back", "back", "previous answer please"],
    Wish.OTHER_ONE: [
        "아니 그거 말고",
        "그거말고 다른거요",
        "다른 거 보여줘",
        "no, the other one",
        "not that one",
        "something else",
    ],
    Wish.NEITHER: ["둘 다 아니에요", "둘다 아님", "neither", "none of these"],
    Wish.SKIP: ["건너뛸게요", "패스", "모르겠어요", "skip this", "I don't know", "I'd rather not say"],
    Wish.STOP_ASKING: ["그만 물어보세요", "no more questions"],
    Wish.WHY: [
        "왜요?",
        "왜 물어보세요?",
        "그건 왜 필요해요?",
        "가격은 왜 물으시는 거예요",
        "그걸 왜 알려드려야 하죠?",
        "꼭 말해야 되나요",
        "필수인가요?",
        "그거 알아서 뭐하게",
        "묻는 이유가 뭐예요?",
        "어디에 쓰시려고요",
        "그게 무슨 뜻이에요?",
        "why?",
        "why do you ask?",
        "what for?",
        "but why would you need my price",
        "what do you need that for?",
        "do I have to tell you?",
        "is that really necessary?",
        "what's the point of that question",
        "what does that mean?",
        "why do you need to know that?",
    ],
    Wish.TO_BOT: ["챗봇으로 돌아갈게요", "back to the bot", "talk to the assistant again"],
    Wish.NO_PERSON: [
        "아니 상담원 말고",
        "상담원 말고 그냥 봇이랑 할래",
        "상담원 연결 안 해도 돼요",
        "상담원 필요없음",
        "연결 취소해 주세요",
        "no, not an agent",
        "I don't want to talk to a person, sorry",
        "no human please",
        "cancel the agent",
        "dont connect me",
    ],
    Wish.ENOUGH: [
        "감사합니다 괜찮아요",
        "네 됐어요 감사합니다",
        "괜찮아요 고마워요",
        "아니에요 괜찮아요",
        "ㄱㅅ 됐음",
        "thanks, I'm good",
        "no thanks, that's all",
        "that's all, thank you",
        "thx all good",
        "nope thats it",
    ],
    Wish.COURTESY: ["감사합니다", "네 감사합니다 ㅎㅎ", "thanks a lot!", "ok thank you"],
    Wish.FIRST: ["첫 번째요", "1번", "앞에 거요", "the first one", "option 1"],
    Wish.SECOND: ["두 번째 거요", "2", "후자요", "the second one please"],
    Wish.LAST: ["마지막 거요", "the last one"],
}
NOT_FOUND = [
    "비밀번호 초기화",
    "이전 버전으로 되돌리고 싶어요",
    "영어 버전 오피스 설치",
    "처음 로그인할 때 오류가 나요",
    "메일",
    "이전",
    "네",
    "아니요",
    "no",
    "yes",
    "how do I switch Outlook to English?",
    "go back to the previous Office version",
    "the other user can't sign in",
    "why can't I sign in?",
    "왜 로그인이 안 되나요?",
    "왜 청구 금액이 다르죠?",
    "why was I charged twice?",
    "what do I need for a shared mailbox?",
    "",
    "👍",
    "/restart",
    "2대 추가",
    "상담원",
    "상담원 없어요?",
    "상담원 연결 돼요?",
    "can I talk to a person",
    "I don't have an agent account",
    "해결됐어요 감사합니다",
    "그거면 됐어요?",
    "한국어 언어팩 설치 방법",
]


@pytest.mark.parametrize(("text", "wish"), [(text, wish) for wish, texts in FOUND.items() for text in texts])
def test_a_set_phrase_is_found(text: str, wish: Wish) -> None:
    assert wish_of(text) == wish


@pytest.mark.parametrize("text", NOT_FOUND)
def test_a_request_is_no_set_phrase(text: str) -> None:
    assert wish_of(text) is None


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert wish_of(text) is None or isinstance(wish_of(text), Wish)
