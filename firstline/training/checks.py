"""Single cells checked: what each says, or a fault with its line."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from firstline.training.cells import addresses_in, count_in, day_of, number_in
from firstline.training.problems import MOST_NAMED, BadFigures, Fault

_OLDEST = date(2010, 1, 1)
_SHOWN = 40


@cache
def webmail() -> frozenset[str]:
    """Return the domains of mail providers, which say nothing of a company."""
    return frozenset(yaml.safe_load((Path(__file__).parent / "data" / "webmail.yaml").read_text("utf-8")))


class Checks:
    """Reads cells and keeps the faults; ``count`` goes on where no more of them are kept."""

    def __init__(self, today: date) -> None:
        """Take dates after the day that follows ``today`` for a mistake."""
        self._latest = today + timedelta(days=1)
        self._faults: list[Fault] = []
        self.count = 0

    def fault(self, line: int, code: str, message: str, /, **values: str) -> None:
        """Note what is wrong on a line."""
        self.count += 1
        if len(self._faults) < MOST_NAMED * 4:
            self._faults.append(Fault(line, code, values, message))

    def raise_any(self) -> None:
        """Raise ``BadFigures`` if anything was wrong."""
        if self.count:
            raise BadFigures(self._faults, self.count)

    def day(self, line: int, cell: str) -> date | None:
        """Return the day of a cell."""
        day, shown = day_of(cell), cell[:_SHOWN]
        if day is None:
            message = f"'{shown}' is no date; write 2026-10-31, 2026.10.31 or 2026년 10월 31일."
            self.fault(line, "date_bad", message, value=shown)
        elif not _OLDEST <= day <= self._latest:
            self.fault(line, "date_far", f"{day} is in the future, or before {_OLDEST.year}.", value=str(day))
            return None
        return day

    def number(self, line: int, name: str, cell: str) -> int | None:
        """Return the count in a cell of the column ``name``."""
        count, shown = count_in(cell), cell[:_SHOWN]
        if count is None:
            self.fault(line, "count_bad", f"{name}: '{shown}' is no whole number.", column=name, value=shown)
        return count

    def share(self, line: int, name: str, cell: str) -> tuple[float, bool] | None:
        """Return the number in a cell of the column ``name``, and whether it has a percent sign."""
        found, shown = number_in(cell), cell[:_SHOWN]
        if found is None:
            message = f"{name}: '{shown}' is no share; write 0.45, 45 or 45%."
            self.fault(line, "percent_bad", message, column=name, value=shown)
        return found

    def addresses(self, line: int, cell: str) -> list[str]:
        """Return the e-mail domains and addresses in a cell."""
        found, shown = addresses_in(cell), cell[:_SHOWN]
        if found is None:
            message = f"'{shown}' is no e-mail domain or address; write contoso.com or kim@contoso.com."
            self.fault(line, "domain_bad", message, value=shown)
        for one in found or []:
            if one in webmail():
                message = f"{one} is a mail provider's; write the customer's whole addresses instead."
                self.fault(line, "domain_webmail", message, value=one)
        return found or []
