"""What can go wrong while authoring; ``details`` tell a program what the message tells a person."""

from typing import Any, ClassVar, Literal

from firstline.core.errors import BadInput, Conflict

Wrong = Literal["choice", "empty", "format", "kind", "language", "no_text", "too_long", "too_many", "unknown"]
"""What can be wrong with a field."""


class InvalidArticle(BadInput):
    """Fields of an article that can't be used.

    ``details["fields"]`` maps each to what is wrong, ``details["codes"]`` to the same as a ``Wrong``.
    """

    status: ClassVar[int] = 422
    default_code = "invalid_article"

    def __init__(self, problems: dict[str, tuple[Wrong, str]]) -> None:
        """Name the fields, each with a code and what is wrong."""
        fields = {name: problem for name, (_code, problem) in problems.items()}
        super().__init__("The article can't be saved. " + " ".join(f"{name}: {fields[name]}." for name in fields))
        self.details = {"fields": fields, "codes": {name: code for name, (code, _problem) in problems.items()}}


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
