"""What can go wrong while authoring; ``details`` tell a program what the message tells a person."""

from typing import Any, ClassVar

from firstline.core.errors import BadInput, Conflict


class InvalidArticle(BadInput):
    """Fields of an article that can't be used: ``details["fields"]`` maps each to what is wrong."""

    status: ClassVar[int] = 422
    default_code = "invalid_article"

    def __init__(self, fields: dict[str, str]) -> None:
        """Name the ``fields``."""
        super().__init__("The article can't be saved. " + " ".join(f"{name}: {fields[name]}." for name in fields))
        self.details = {"fields": fields}


class EditedMeanwhile(Conflict):
    """Somebody else saved a newer version: ``details`` has ``version``, ``author`` and ``saved_at``."""

    default_code = "edited_meanwhile"

    def __init__(self, version: int, author: str, saved_at: str) -> None:
        """Say who saved which version, and when (ISO 8601)."""
        super().__init__(
            f"{author} saved version {version} at {saved_at}, after you opened the article. Load it, put your change "
            "into it and save again."
        )
        self.details = {"version": version, "author": author, "saved_at": saved_at}


class LostAnswers(Conflict):
    """Questions that must find the article would no longer; ``details["effect"]`` shows them."""

    default_code = "lost_answers"

    def __init__(self, questions: list[str], effect: dict[str, Any]) -> None:
        """Name the lost ``questions``."""
        super().__init__(
            f"{len(questions)} must-answer question(s) would be lost: {'; '.join(questions[:5])}. Mend the article, or "
            "repeat the call with despite_lost."
        )
        self.details = {"effect": effect}
