"""What lateness costs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0}
_PERIODS = {"hour": 3600.0, "day": 86400.0, "week": 604800.0}
_FORM = (
    "write a time, and what lateness costs behind it: 2026-11-01T23:59+01:00, 10%/day, at most 50%, grace 15m "
    "(all but the day may be left out)"
)


class LatePolicyError(ValueError):
    """A policy that is not understood; the message shows the form."""


@dataclass(frozen=True)
class LatePolicy:
    """A deadline, and what is taken off for each begun period after it.

    Attributes:
        deadline: with its offset from UTC; without one, the time of this machine.
        cost: the share of the points that each begun period takes.
        period: its length in seconds.
        most: the largest share that is taken.
        grace: seconds after the deadline that cost nothing.
    """

    deadline: datetime
    cost: float = 0.0
    period: float = 86400.0
    most: float = 1.0
    grace: float = 0.0

    @classmethod
    def parse(cls, text: str) -> LatePolicy:
        """Read ``"DEADLINE[, N%/day][, at most N%][, grace Nm]"``; periods are hours, days or weeks.

        A day without a time lasts until its end.

        Raises:
            LatePolicyError: some part is none of these.
        """
        first, *rest = (part.strip() for part in text.split(","))
        try:
            deadline = datetime.fromisoformat(first)
            if not re.search(r"[T ]", first):
                deadline += timedelta(days=1)
            deadline = deadline.astimezone()
        except (ValueError, OverflowError) as error:
            raise LatePolicyError(f"{first!r} is no time: {_FORM}.") from error
        facts: dict[str, float] = {}
        for part in rest:
            fact = _fact(part)
            if facts.keys() & fact.keys():
                raise LatePolicyError(f"{part!r} says again what another part says: {_FORM}.")
            facts |= fact
        return cls(deadline, **facts)

    @property
    def least_late(self) -> float:
        """Seconds after the deadline of what is known to be late, but not how much."""
        return self.grace + 1

    def late_by(self, handed_in: datetime) -> float:
        """Seconds after the deadline; 0 in time."""
        return max((handed_in.astimezone() - self.deadline).total_seconds(), 0.0)

    def factor(self, late: float) -> float:
        """What is left of the points after so many seconds."""
        if late <= self.grace:
            return 1.0
        periods = -(-late // self.period)
        return round(1 - min(periods * self.cost, self.most), 4)


def _fact(part: str) -> dict[str, float]:
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*%\s*/\s*(hour|day|week)", part):
        return {"cost": _share(found[1]), "period": _PERIODS[found[2]]}
    if found := re.fullmatch(r"(?:at most|max)\s+(\d+(?:\.\d+)?)\s*%", part):
        return {"most": _share(found[1])}
    if found := re.fullmatch(r"grace (\d+)\s*([mhd])", part):
        return {"grace": int(found[1]) * _UNITS[found[2]]}
    raise LatePolicyError(f"{part!r} is not understood: {_FORM}.")


def _share(percent: str) -> float:
    share = float(percent) / 100
    if share > 1:
        raise LatePolicyError(f"{percent} % is more than all: {_FORM}.")
    return share
