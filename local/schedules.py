"""EventBridge's schedules, played by the clock of this machine.

What was missed while nothing ran is not made up for.
"""

import math
import re
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from local.errors import TemplateError
from local.invocation import FunctionFailedError, Invoke
from local.sources import Schedule
from local.template import Template

RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON: Final = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
# A day of the week, but not the number of a week or of a step.
DAY: Final = re.compile(r"(?<![#/\d])\d")
SATURDAY: Final = "7"
LONGEST_WAIT_SECONDS: Final = 30.0  # so that a clock that is set, or a sleep, is noticed
PAUSES: Final = (0.0, 1.0, 2.0)  # Lambda tries an invocation that nobody waits for three times

Next = Callable[[datetime], datetime | None]


class Timetable:
    """When each schedule comes next, from `began` on."""

    def __init__(self, schedules: Sequence[Schedule], began: datetime) -> None:
        following = [(schedule, _next_of(schedule, began)) for schedule in schedules]
        self._coming = [(it, following_of, following_of(began)) for it, following_of in following]

    def due(self, now: datetime) -> list[Schedule]:
        """Those whose time has come since the last call, each once however often it came."""
        due = [schedule for schedule, _, at in self._coming if at and at <= now]
        self._coming = [
            (schedule, following, following(now) if at and at <= now else at)
            for schedule, following, at in self._coming
        ]
        return due

    def seconds_until_next(self, now: datetime) -> float:
        """How long nothing comes; infinity when nothing ever does."""
        times = [(at - now).total_seconds() for _, _, at in self._coming if at]
        return max(0.0, min(times, default=math.inf))


def _next_of(schedule: Schedule, began: datetime) -> Next:
    try:
        if found := RATE.fullmatch(schedule.expression):
            return _at_rate(timedelta(**{f"{found[2]}s": int(found[1])}), began)
        if fields := CRON.fullmatch(schedule.expression):
            return _at_times(fields.groups(), ZoneInfo(schedule.zone))
    except (CronSimError, ValueError, ZoneInfoNotFoundError) as error:
        raise TemplateError(f"template: {schedule.name}: {error}") from error
    raise TemplateError(f"template: {schedule.name} has the schedule {schedule.expression}")


def _at_rate(period: timedelta, began: datetime) -> Next:
    if not period:
        raise ValueError("a rate is not 0")
    return lambda now: began + ((now - began) // period + 1) * period


def _at_times(fields: Sequence[str], zone: ZoneInfo) -> Next:
    """Amazon's cron: days of the week from 1, Sunday, on; `?` for any day; a sixth field, the year.

    Times of day are the zone's: one that a change of the clocks leaves out is left out, and of one
    that comes twice the first counts.
    """
    minute, hour, day, month, weekday, year = (field.upper().replace("?", "*") for field in fields)
    weekday = DAY.sub(lambda found: str(int(found[0]) - 1), SATURDAY if weekday == "L" else weekday)
    expression = f"{minute} {hour} {day} {month} {weekday}"
    years = _years(year)
    CronSim(expression, datetime(2026, 1, 1))  # noqa: DTZ001  # raises for what it cannot read

    def following(now: datetime) -> datetime | None:
        for local in CronSim(expression, now.astimezone(zone).replace(tzinfo=None)):
            if local.year > max(years):
                return None
            at = local.replace(tzinfo=zone).astimezone(UTC)
            exists = at.astimezone(zone).replace(tzinfo=None) == local
            if local.year in years and exists and at > now:
                return at
        return None

    return following


def _years(field: str) -> set[int]:
    """Years as `*`, `2026`, `2026-2028`, `2026/2`, or several of them."""
    known = range(1970, 2200)
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = known.start if first == "*" else int(first)
        end = known.stop - 1 if first == "*" or (step and not last) else int(last or first)
        found.update(range(start, end + 1, int(step or 1)))
    return found


class Schedules:
    """Invokes what is due, in a thread of its own for each."""

    def __init__(
        self,
        template: Template,
        invoke: Invoke,
        now: Callable[[], datetime],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._pauses = pauses
        self._template = template
        self._invoke = invoke
        self._now = now
        self._timetable = Timetable(template.schedules, now())
        self._ended = threading.Event()

    def start(self) -> None:
        """Begins to look at the clock."""
        threading.Thread(target=self._follow, name="schedules", daemon=True).start()

    def stop(self) -> None:
        """Invokes nothing more; what runs is not waited for."""
        self._ended.set()

    def invoke_due(self) -> list[threading.Thread]:
        """Invokes what is due now, and returns the threads that do."""
        threads = [
            threading.Thread(target=self._run, args=(schedule,), name=schedule.name, daemon=True)
            for schedule in self._timetable.due(self._now())
        ]
        for thread in threads:
            thread.start()
        return threads

    def _follow(self) -> None:
        while not self._ended.wait(self._seconds()):
            self.invoke_due()

    def _seconds(self) -> float:
        return min(self._timetable.seconds_until_next(self._now()), LONGEST_WAIT_SECONDS)

    def _run(self, schedule: Schedule) -> None:
        function = self._template.functions[schedule.function]
        request_id = str(uuid.uuid4())
        for pause in self._pauses:
            if self._ended.wait(pause):
                return
            try:
                self._invoke(function, schedule.event, request_id)
            except FunctionFailedError:
                continue
            return
