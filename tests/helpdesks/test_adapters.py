"""Each adapter against its server: what an answer means, and that a shape is held to what is documented."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from firstline.helpdesks.desk import Helpdesk, Opening
from firstline.helpdesks.desks import Desks
from firstline.helpdesks.partner_file import HelpdeskFiles
from firstline.helpdesks.plain import plain
from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.outgoing import Outgoing

from .conftest import Server
from .fake_server import Fault, raw

OPENING = Opening("DEMO-7", "0b0e", "Problem, Outlook", "Case DEMO-7\n\nthe story")
ANY = "."


@pytest.fixture
def adapter(settings: Any, theirs: Server) -> Callable[..., Helpdesk]:
    def make(timeout: float = 20, allowed: str = "127.0.0.0/8") -> Helpdesk:
        return Desks(HelpdeskFiles(settings.partners_dir), Outgoing([allowed], timeout)).of("demo", theirs.name)

    return make


async def test_what_it_can_do(theirs: Server, adapter: Callable[..., Helpdesk]) -> None:
    desk = adapter()
    await desk.check()
    assert await desk.find(OPENING) is None
    opened = await desk.open(OPENING)
    assert await desk.find(OPENING) == opened
    await desk.complete(opened, OPENING)
    assert theirs.notes(opened.reference) == [OPENING.story]
    first = await desk.add(opened, "words", number="DEMO-7", message=5)
    assert await desk.holds(opened, "words", number="DEMO-7", message=5, after=0)
    assert not await desk.holds(opened, "words", number="DEMO-7", message=6, after=first)
    assert (await desk.follow(opened, 0)).said == []
    theirs.reply(opened.reference, "Emma Taylor", "one")
    second = theirs.reply(opened.reference, "Jacob Smith", "two", ("a.pdf",))
    standing = await desk.follow(opened, 0)
    assert [(said.name, said.text, len(said.files)) for said in standing.said] == [
        ("Emma Taylor", "one", 0), ("Jacob Smith", "two", 1),
    ]  # fmt: skip
    assert standing.read_to == second and not standing.solved and (await desk.follow(opened, second)).said == []
    for solved in (True, True, False):
        await desk.set_solved(opened, solved)
        assert (await desk.follow(opened, second)).solved is solved


async def test_another_customers_case_of_the_same_number_is_not_taken(
    theirs: Server, adapter: Callable[..., Helpdesk]
) -> None:
    opened = await adapter().open(OPENING)
    other = Opening(OPENING.number, "ffff", OPENING.title, OPENING.story)
    assert await adapter().find(other) is None and (await adapter().open(other)).reference != opened.reference


Call = Callable[[Helpdesk], Awaitable[object]]
CALLS: list[Call] = [
    lambda desk: desk.check(),
    lambda desk: desk.find(OPENING),
    lambda desk: desk.open(OPENING),
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=["check", "find", "open"])
@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            raw(401, {"error": "Invalid token!"}),
            Never,
            "401: the secret or its rights are not accepted: Invalid token!",
        ),
        (raw(403), Never, "403"),
        (raw(404, b"<html>"), Never, "404"),
        (raw(302, Location="http://169.254.169.254/"), Never, "a redirect"),
        (raw(500, {"error": "oops"}), NotNow, "500"),
        (raw(503, b"<html>"), NotNow, "503"),
        (raw(429, Retry_After="60"), NotNow, "429"),
        (raw(200, b"<html>hello</html>"), NotNow, "not JSON"),
        (raw(200, {"another": "shape"}), Never, "in another shape than documented: "),
        (raw(200, ["another"]), Never, "in another shape than documented: "),
        (raw(200, b"null"), Never, "in another shape than documented: "),
        (b"", NotNow, "can't be reached"),
        (b"nonsense\r\n\r\n", NotNow, "can't be reached"),
    ],
)
async def test_what_an_answer_means(
    theirs: Server, adapter: Callable[..., Helpdesk], call: Call, answer: bytes, error: type[Exception], said: str
) -> None:
    theirs.faults.append(Fault(ANY, answer, times=9))
    with pytest.raises(error) as raised:
        await call(adapter())
    assert said in str(raised.value) and len(theirs.requests) == 1
    if b"429" in answer:
        assert isinstance(raised.value, NotNow) and raised.value.after and raised.value.after.seconds == 60


async def test_what_was_refused_by_name_says_so(theirs: Server, adapter: Callable[..., Helpdesk]) -> None:
    theirs.faults.append(Fault(r"POST .*(tickets|conversations)$", raw(422, {"error": "Group doesn't exist!"})))
    with pytest.raises(Never, match=r"422: Group doesn't exist!"):
        await adapter().open(OPENING)


async def test_one_that_does_not_answer_is_left_after_the_time(
    theirs: Server, adapter: Callable[..., Helpdesk]
) -> None:
    theirs.faults.append(Fault(ANY, None))
    with pytest.raises(NotNow, match=r"within 0\.1 s"):
        await adapter(timeout=0.1).check()


async def test_an_address_inside_is_not_called_unless_it_was_allowed(
    theirs: Server, adapter: Callable[..., Helpdesk]
) -> None:
    with pytest.raises(Never, match="FIRSTLINE_OUTGOING_ALLOWED"):
        await adapter(allowed="10.0.0.0/8").open(OPENING)
    assert theirs.requests == []


@pytest.mark.parametrize("zammad_lists", [True, False])
async def test_a_zammad_that_lists_what_it_finds_is_understood(zammad: Any, settings: Any, zammad_lists: bool) -> None:
    desk = Desks(HelpdeskFiles(settings.partners_dir), Outgoing(["127.0.0.0/8"], 20)).of("demo", "zammad")
    opened = await desk.open(OPENING)
    if zammad_lists:
        zammad.reshape = lambda what, body: (
            list(zammad.tickets.values()) if what.endswith("/search") and "tickets" in what else body
        )
    assert await desk.find(OPENING) == opened


async def test_a_merged_ticket_and_a_state_that_is_not_there_are_named(zammad: Any, settings: Any) -> None:
    desk = Desks(HelpdeskFiles(settings.partners_dir), Outgoing(["127.0.0.0/8"], 20)).of("demo", "zammad")
    opened = await desk.open(OPENING)
    zammad.tickets[int(opened.reference)]["state"] = "merged"
    with pytest.raises(Never, match="is merged in Zammad"):
        await desk.follow(opened, 0)
    path = settings.partners_dir / "demo" / "helpdesk.yaml"
    path.write_text(path.read_text("utf-8") + "\n  solved_states: [erledigt]\n", "utf-8")
    desk = Desks(HelpdeskFiles(settings.partners_dir), Outgoing(["127.0.0.0/8"], 20)).of("demo", "zammad")
    with pytest.raises(Never, match="no ticket state 'erledigt'"):
        await desk.check()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>Hello<br>you</div><div><br></div><div>Bye</div>", "Hello\nyou\n\nBye"),
        ("<p>See <a href='https://a.example/x'>this page</a></p>", "See this page (https://a.example/x)"),
        ("<a href='https://a.example/'>https://a.example</a>", "https://a.example"),
        ("<a href='javascript:alert(1)'>press</a><script>x</script>", "press"),
        ("Yes<blockquote>old mail</blockquote><div data-signature='true'>Emma</div>", "Yes"),
        ("<ul><li>one</li><li>two &lt;b&gt;</li></ul>", "one\ntwo <b>"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_that_it_says(html: str, text: str) -> None:
    assert plain(html) == text
