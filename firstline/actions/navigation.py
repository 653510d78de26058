"""Moving about in the conversation: from the start, back, to the other one, in the other language."""

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import show
from firstline.actions.base import Events, FirstlineAction, Turn, article_button, hand_off, say, slots, slug_of
from firstline.actions.library import Shown

_SEARCHED = 6
_WORTH_OFFERING = 0.05
_OTHERS = 4


class StartOver(FirstlineAction):
    """Forget what it was about."""

    action_name = "action_start_over"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Ask what it is about, as at the beginning."""
        say(dispatcher, "utter_start_over")
        return slots(
            expecting=None, unanswered=0, last_query=None, last_category=None, product=None, device=None, offered=[],
            trail=[],
        )  # fmt: skip


class GoBack(FirstlineAction):
    """Return to what was shown before."""

    action_name = "action_go_back"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Show the article before the last one, or the choice that led to the only one, or ask what it is about."""
        # What was shown last is what stands there now, unless something else was said since.
        trail = turn.trail[:-1] if turn.expecting == "helped" else turn.trail
        if trail:
            say(dispatcher, "utter_back")
            return [*await show(self, dispatcher, turn, trail[-1]), *slots(trail=trail)]
        if turn.offered:
            say(dispatcher, "utter_others", buttons=turn.offered)
            return slots(expecting="choice")
        say(dispatcher, "utter_ask_what")
        return slots(expecting=None)


class OtherOne(FirstlineAction):
    """Not what was shown: something else."""

    action_name = "action_other_one"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Show the only other candidate, or offer the others; without one ask anew, the second time a person."""
        others = [button for button in turn.offered if slug_of(button) not in turn.trail]
        if not others and turn.last_query:
            others = await self._more(turn)
        slug = slug_of(others[0]) if len(others) == 1 else None
        if slug:
            return [*await show(self, dispatcher, turn, slug), *slots(offered=[])]
        if others:
            say(dispatcher, "utter_others", buttons=others)
            return slots(expecting="choice", offered=others)
        if turn.unanswered >= 1:
            say(dispatcher, "utter_no_answer_again")
            hand_off(dispatcher, "no_answer", category=turn.last_category)
            return slots(expecting=None, unanswered=0, offered=[])
        say(dispatcher, "utter_neither")
        return slots(expecting=None, unanswered=turn.unanswered + 1)

    async def _more(self, turn: Turn) -> list[dict[str, str]]:
        found = await self.services.knowledge.search(turn.partner, turn.last_query, turn.lang, k=_SEARCHED)
        unseen = [Shown.found(found, hit) for hit in found.results if hit.slug not in turn.trail]
        return [article_button(item) for item in unseen if (item.probability or 0) >= _WORTH_OFFERING][:_OTHERS]


class SwitchLanguage(FirstlineAction):
    """The other language, from now on."""

    action_name = "action_switch_language"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say so in it, and say again in it what the customer was busy with."""
        say(dispatcher, "utter_language_switched")
        if turn.expecting == "helped" and turn.trail:
            return await show(self, dispatcher, turn, turn.trail[-1])
        return []
