"""The keys of rollups, reports and audits.

| collection   | pk / sk                       | the question it answers                      |
|--------------|-------------------------------|----------------------------------------------|
| mark         | `<p>#H#<month>` / `V#<hour>`  | how often something of an hour of UTC moved  |
| rollup       | `<p>#H#<month>` / `N#<start>` | what an hour of the project's day adds up to |
| late hour    | `<p>#HL#0` / `<hour>`         | which hours moved after their day was over   |
| report       | `<p>#HR#<period>` / `<label>` | the report of a day, week or month           |
| audit        | `<p>#HA#0` / `#`              | how far the audit has come                   |
| audit report | `<p>#HA#0` / `D#<day>`        | what the audit of a day has found            |
| lapsed       | `<p>#SS#<key>` / `L#<end>`    | what had lapsed when its key came again      |
| project      | `KEY` / `<p>`                 | which projects there are                     |

Sessions, those that lapsed included, are listed as the kind `SS` in `g1`, by their ends.

Hours and starts are instants of UTC as on the wire, and a month is the first seven letters of one.
No key of credentials is `KEY` alone, so no app id can be taken for the list of projects.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from counterfoil.domain.timestamps import iso
from counterfoil.storage.keys import Key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PROJECTS: Final = "KEY"
MARKS: Final = "V#"
ROLLUPS: Final = "N#"
AUDIT_REPORTS: Final = "D#"
_MONTH: Final = 7
_LONGEST_MONTH: Final = timedelta(days=31)


def month(project: str, hour: datetime) -> str:
    """The partition of the marks and rollups of the month that `hour` begins in."""
    return f"{project}#H#{iso(hour)[:_MONTH]}"


def months(project: str, first: datetime, last: datetime) -> Iterator[str]:
    """The partitions from that of `first` to that of `last`."""
    at = first.replace(day=1)
    while month(project, at) <= month(project, last):
        yield month(project, at)
        at = (at + _LONGEST_MONTH).replace(day=1)


def mark(project: str, hour: datetime) -> Key:
    """How often something of an hour of UTC has moved."""
    return Key(month(project, hour), f"{MARKS}{iso(hour)}")


def rollup(project: str, start: datetime) -> Key:
    """What the hour that begins at `start` adds up to."""
    return Key(month(project, start), f"{ROLLUPS}{iso(start)}")


def late_hours(project: str) -> str:
    """The partition of hours that moved after their day was over."""
    return f"{project}#HL#0"


def late_hour(project: str, hour: datetime) -> Key:
    """One of them."""
    return Key(late_hours(project), iso(hour))


def reports(project: str, period: str) -> str:
    """The partition of all reports of a kind."""
    return f"{project}#HR#{period}"


def report(project: str, period: str, label: str) -> Key:
    """One report."""
    return Key(reports(project, period), label)


def lapsed_session(partition: str, ended: str) -> Key:
    """A session that was over before its key was used again, in the partition of its key."""
    return Key(partition, f"L#{ended}")


def audit(project: str) -> Key:
    """How far the audit has come."""
    return Key(f"{project}#HA#0", "#")


def audit_report(project: str, day: str) -> Key:
    """What the audit that began on `day` has found."""
    return Key(audit(project).pk, f"{AUDIT_REPORTS}{day}")


def project_entry(project: str) -> Key:
    """Says that there is such a project."""
    return Key(PROJECTS, project)
