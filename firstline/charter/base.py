"""What every part of a charter is made of: strict parts and texts in several languages."""

from pydantic import BaseModel, ConfigDict, RootModel

from firstline.core.texts import Language


class Part(BaseModel):
    """Base of every part of a charter: no unknown fields, no silent conversion, no change after loading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Text(RootModel[dict[Language, str]]):
    """The same words in each offered language: ``{ko: ..., en: ...}``."""

    model_config = ConfigDict(strict=True, frozen=True)

    def say(self, lang: str) -> str:
        """Return the words in ``lang``, in another language only when ``lang`` isn't there."""
        for code, words in self.root.items():
            if code == lang:
                return words
        return next(iter(self.root.values()), "")
