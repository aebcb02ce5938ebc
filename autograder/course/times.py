"""Times as people, nbgrader and platforms write them.

Where a time names no zone, one rule says which is meant: `zone_of` a course.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.errors import CourseError

if TYPE_CHECKING:
    from autograder.course.directory import Course

#: Where a course says its due dates, and the zone of all its times.
DEADLINES = "deadlines.toml"

_SPAN = re.compile(
    r"\+\s*(?:(?P<weeks>\d{1,4})\s*w(?:eeks?)?)?\s*(?:(?P<days>\d{1,4})\s*d(?:ays?)?)?\s*"
    r"(?:(?P<hours>\d{1,5})\s*h(?:ours?)?)?\s*(?:(?P<minutes>\d{1,6})\s*m(?:in(?:utes)?)?)?"
)


def zone_of(course: Course) -> tzinfo | None:
    """In which zone a time is meant that names none; None: in this machine's.

    It is ``timezone`` in ``deadlines.toml`` in the course folder, and without that the one that is
    set as ``c.Exchange.timezone``, if one is.

    Raises
    ------
    CourseError
        The file cannot be read, or there is no such zone.
    """
    path = course.root / DEADLINES
    try:
        name = tomllib.loads(path.read_text(encoding="utf-8")).get("timezone")
    except FileNotFoundError:
        name = None
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {error}. Correct it and try again.") from error
    if name is not None:
        return _named_zone(f"{path}: timezone", name)
    name = course.config.get("Exchange", {}).get("timezone")
    return None if name is None else _named_zone("c.Exchange.timezone", name)


def _named_zone(where: str, name: Any) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise CourseError(
            f"{where} is {name!r}, expected a name such as 'Europe/Berlin'."
        ) from error


def in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """The moment, which is meant in ``zone`` (None: in this machine's) if it names none.

    Raises
    ------
    OverflowError, OSError, ValueError
        No clock shows that time.
    """
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()


def read_time(text: str, exchange: Mapping[str, Any] | None = None) -> datetime:
    """A time as ISO 8601 has it, or as nbgrader writes it: a date, a time, and a zone's name.

    ``exchange`` is the course's section ``c.Exchange``: a form and a zone of its own that the times
    of submission are written in. Without a zone in the text, the result has none.

    Raises
    ------
    ValueError
        It is no time.

    Examples
    --------
    >>> read_time("2026-01-30 15:30:00 Europe/Paris").isoformat()
    '2026-01-30T14:30:00+00:00'
    >>> read_time("2026-07-30 15:30 CEST", {"timezone": "Europe/Paris"}).isoformat()
    '2026-07-30T13:30:00+00:00'
    >>> read_time("2026-01-30T15:30:00 UTC").isoformat()
    '2026-01-30T15:30:00+00:00'
    """
    exchange = exchange or {}
    try:
        moment = _in_their_form(text, str(exchange.get("timestamp_format", "")))
        if moment is None:
            *rest, zone = text.split()
            if "-" in "".join(rest) and zone[0].isalpha():
                moment = datetime.fromisoformat(" ".join(rest))
                moment = _at(moment, zone, str(exchange.get("timezone", "UTC")))
            else:
                moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except (KeyError, OverflowError, OSError) as error:  # an unknown zone is a KeyError
        raise ValueError(f"{text!r} is no time") from error


def _in_their_form(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form) if form else None  # noqa: DTZ007 - it may have none
    except ValueError:
        return None


def _at(moment: datetime, zone: str, exchange_zone: str) -> datetime:
    """The moment in a zone, which may be abbreviated as the exchange's zone is then."""
    theirs = moment.replace(tzinfo=ZoneInfo(exchange_zone))
    return theirs if theirs.tzname() == zone else moment.replace(tzinfo=ZoneInfo(zone))


def read_span(text: str) -> timedelta:
    """A span such as ``+2d``, ``+1w`` or ``+12h30m``.

    Raises
    ------
    ValueError
        It is none.

    Examples
    --------
    >>> read_span("+1d12h")
    datetime.timedelta(days=1, seconds=43200)
    """
    found = _SPAN.fullmatch(text.strip())
    given = {} if found is None else found.groupdict()
    parts = {unit: int(number) for unit, number in given.items() if number}
    if not parts:
        raise ValueError(f"{text!r} is no span of time")
    return timedelta(**parts)


def moment_or_span(value: object, zone: tzinfo | None) -> datetime | timedelta:
    """What a person gave for a date: a time, a day, which counts to its end, or a span.

    Without a zone it is in ``zone``, and without that in this machine's.

    Raises
    ------
    CourseError
        It is neither.
    """
    try:
        match value:
            case str() if value.strip().startswith("+"):
                return read_span(value)
            case str() if re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", value):
                return moment_or_span(date.fromisoformat(value.strip()), zone)
            case str():
                moment = read_time(value.strip())
            case datetime():
                moment = value
            case date():
                moment = datetime.combine(value + timedelta(days=1), time())
            case _:
                raise ValueError(value)
        return in_zone(moment, zone).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise CourseError(
            f"{value!r} is no time: expected one such as 2026-11-30T18:00 or 2026-11-30, which "
            "counts to the end of that day, or a span such as +2d, +1w or +12h."
        ) from error


def span_text(span: timedelta) -> str:
    """A span in days, hours and minutes, never shorter than it is.

    >>> span_text(timedelta(days=1, hours=3, seconds=1))
    '1 d 3 h 1 min'
    """
    minutes = -(-span // timedelta(minutes=1))
    parts = ((minutes // 1440, "d"), (minutes % 1440 // 60, "h"), (minutes % 60, "min"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 min"
