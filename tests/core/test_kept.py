from firstline.core.kept import Kept


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    kept: Kept[str, int] = Kept(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_a_value_is_replaced() -> None:
    kept: Kept[str, int] = Kept(2)
    for value in (1, 2, 3):
        kept.keep("a", value)
    kept.keep("b", 0)
    assert (kept.get("a"), kept.get("b")) == (3, 0)
