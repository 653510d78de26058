"""Python's search for garbage, which stops everything for as long as it takes."""

import gc


def leave_out_what_is_there() -> None:
    """Leave everything that is in memory now out of every later search.

    What was loaded lives as long as the process; walking through it takes 0.4 s for a library, and everybody waits.
    """
    gc.collect()
    gc.freeze()
