"""What the stand-in for the app says, in both languages."""

GREETING = {
    "ko": "안녕하세요. **예시클라우드** 자동 안내입니다. 무엇을 도와드릴까요?",
    "en": "Hello, this is the automatic assistant of **Example Cloud**. How can I help?",
}
TOPICS = {
    "ko": ["청구와 구독", "설정 도움", "문제 해결", "사용 방법"],
    "en": ["Billing and subscriptions", "Setting things up", "Fixing a problem", "How to use"],
}
ANSWER = {
    "ko": "## 비밀번호 초기화\n관리자라면 **Microsoft 365 관리 센터**에서 바로 초기화할 수 있습니다.\n\n"
    "1. **사용자 > 활성 사용자**를 엽니다.\n2. 사용자를 고르고 **암호 재설정**을 누릅니다.\n"
    "3. 임시 암호를 전달해 주세요.\n\n"
    "관리 센터 주소는 https://admin.microsoft.com 입니다.",
    "en": "## Reset a password\nAn admin can do this in the **Microsoft 365 admin center**.\n\n"
    "1. Open **Users > Active users**.\n2. Choose the user, then **Reset password**.\n"
    "3. Hand over the temporary password.\n\n"
    "The address is https://admin.microsoft.com.",
}
ARTICLE = {
    "ko": (
        "사용자 암호를 초기화하는 방법",
        "관리자가 암호를 초기화하고 임시 암호를 안전하게 전달하는 순서를 설명합니다.",
    ),
    "en": ("Reset a user's password", "How an admin resets a password and hands over the temporary one safely."),
}
HELPED = {
    "ko": [("네, 해결됐어요", "/affirm"), ("아니요", "/deny")],
    "en": [("Yes, solved", "/affirm"), ("No", "/deny")],
}
WAITING = {
    "ko": "상담원에게 전달했습니다. 접수 번호는 FL-1042이고, 2026년 11월 23일(월) 오후 2시 30분까지 답변드립니다.",
    "en": "A person has been asked. Your case is FL-1042; you will get an answer by Mon 23 Nov 2026, 14:30 (KST).",
}
LATER = "2099-01-01T00:00:00.000Z"
WAIT = {
    "ko": "최근 34건은 보통 15분, 대부분 40분 안에 첫 답변을 드렸습니다. 예상일 뿐 약속은 아닙니다.",
    "en": "Going by our last 34 cases: about 15 minutes, for most no more than 40 minutes. An estimate, not a promise.",
}
NOBODY = {
    "ko": "지금은 영업시간이지만 자리에 있는 담당자가 없습니다. 접수는 되어 있습니다. "
    "이메일 주소를 남기시면 담당자가 그 주소로 답변드립니다.",
    "en": "We are open, but none of our people is at the desk right now. Your case is recorded. "
    "If you leave an e-mail address, our people will write to it.",
}
CLOSED = {
    "ko": "지금은 주말이라 상담하지 않습니다. 2026년 11월 30일(월) 오전 9시에 시작합니다.",
    "en": "We are closed for the weekend and open again on Mon 30 Nov 2026, 09:00 (KST).",
}
RESPOND_BY = {"ko": "2026년 11월 23일(월) 오후 2시 30분", "en": "Mon 23 Nov 2026, 14:30 (KST)"}
