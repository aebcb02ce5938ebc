"""Times as platforms write them for people: with names of months and days, in many languages.

The names are those of the Unicode consortium's CLDR, by Babel. Nothing is guessed: a month that two
languages call alike is told by the day of the week, and ``03/01/2025`` is not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale

#: Those that the platforms are used in most; with the names of their months and days.
LANGUAGES = (
    "en", "ar", "bg", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi", "fr", "gl", "he",
    "hi", "hr", "hu", "id", "is", "it", "ja", "ka", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "nn",
    "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sr_Latn", "sv", "th", "tr", "uk", "ur", "vi", "zh",
    "zh_Hant",
)  # fmt: skip
_LONGEST = 100  # characters: a column may as well hold what students wrote
#: The last of a text, with what stands behind it.
_CLOCK = re.compile(r"(\d{1,2})\s?[:.h]\s?(\d{2})(?::(\d{2}))?(?P<after>\D*)$")
_NUMBERED_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]")
_BETWEEN = re.compile(r"[^\w’']+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class _Language:
    """The names of months, of days of the week and of the halves of a day, each with its number."""

    months: Mapping[str, int]
    days: Mapping[str, int]
    halves: Mapping[str, int]  # hours that one adds


@dataclass(frozen=True)
class _Read:
    """A time, and whether it is on the day of the week that the text names; None if on none."""

    time: datetime
    day_agrees: bool | None


def written_times(texts: Collection[str]) -> dict[str, datetime]:
    """The times that all of these texts tell, in whichever language; none if that is not certain.

    They name no zone. All have to be readable in one language. Of languages by which they would be
    other times, those count whose days of the week agree.

    >>> written_times(["Freitag, 3. Januar 2025, 23:59"])
    {'Freitag, 3. Januar 2025, 23:59': datetime.datetime(2025, 1, 3, 23, 59)}
    >>> written_times(["03/01/2025, 23:59"])
    {}
    """
    if any(len(text) > _LONGEST for text in texts):
        return {}
    plain = {text: _plain(text) for text in texts}
    certain: list[dict[str, datetime]] = []
    possible: list[dict[str, datetime]] = []
    for language in map(_language, LANGUAGES):
        read = [_read(text, language) for text in plain.values()]
        known = {text: each.time for text, each in zip(plain, read, strict=True) if each}
        if not known or len(known) < len(read):
            continue
        days = {each.day_agrees for each in read if each}
        if days == {True}:
            certain.append(known)
        elif False in days:
            possible.append({})  # the language is known, and so is that something is wrong
        else:
            possible.append(known)
    ways = certain or possible
    return ways[0] if ways and all(way == ways[0] for way in ways) else {}


def _read(text: str, language: _Language) -> _Read | None:
    """What a plain text tells in a language; None if that is no time."""
    clock = _CLOCK.search(text)
    if clock is None:
        return None
    date, after = text[: clock.start()].strip(), clock["after"]
    before = next((name for name in language.halves if date.endswith(f" {name}")), "")
    half = after or before
    if half and half not in language.halves:
        return None
    month, rest = _month(date.removesuffix(before), language)
    day_of_week = _found(language.days, rest)
    numbers = _NUMBER.findall(rest)
    years = [number for number in numbers if re.fullmatch(r"20\d\d", _digits(number))]
    if not month or len(years) != 1 or len(numbers) != 2:
        return None
    numbers.remove(years[0])
    hour = int(clock[1])
    if half and hour <= 12:
        hour = hour % 12 + language.halves[half]
    try:
        moment = datetime(  # noqa: DTZ001 - it names no zone
            int(years[0]), month, int(numbers[0]), hour, int(clock[2]), int(clock[3] or 0)
        )
    except ValueError:
        return None
    agrees = language.days[day_of_week] == moment.weekday() if day_of_week else None
    return _Read(moment, agrees)


def _month(date: str, language: _Language) -> tuple[int, str]:
    """The month, and the text without it; 0 if it names none."""
    if numbered := _NUMBERED_MONTH.search(date):
        return int(numbered[1]), date.replace(numbered[0], " ", 1)
    name = _found(language.months, date)
    return (language.months[name], date.replace(name, " ", 1)) if name else (0, date)


def _found(names: Mapping[str, int], text: str) -> str:
    """The longest of the names that stands in the text as words of its own."""
    words = f" {_BETWEEN.sub(' ', text)} "
    return max((name for name in names if f" {name} " in words), key=len, default="")


def _digits(number: str) -> str:
    return "".join(str(unicodedata.digit(digit)) for digit in number)


def _plain(text: str) -> str:
    """Small letters, spaces of one kind, and no marks that cannot be seen."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    clock = _CLOCK.search(plain)
    if clock is None:
        return ""
    date = " ".join(plain[: clock.start()].replace(".", " ").split())
    return f"{date} {plain[clock.start() : clock.start('after')]}{_halved(clock['after'])}"


def _halved(after: str) -> str:
    """What stands behind a clock, as in ``p. m.``, in one word."""
    return re.sub(r"[\s.()]", "", after)


@cache
def _language(code: str) -> _Language:
    locale = Locale.parse(code)
    months = {name: number for number, name in _names(locale.months)}
    days = {name: number for number, name in _names(locale.days)}
    halves = {"am": 0, "pm": 12}
    for context in locale.day_periods.values():
        for width in context.values():
            for key, hours in (("am", 0), ("pm", 12)):
                if name := width.get(key):
                    halves[_halved(_name(name))] = hours
    return _Language(months, days, halves)


def _names(contexts: Mapping[str, Mapping[str, Mapping[int, str]]]) -> Iterator[tuple[int, str]]:
    for widths in contexts.values():
        for width in ("abbreviated", "wide"):
            for number, name in widths.get(width, {}).items():
                yield number, _name(name)


def _name(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold().replace(".", " ")
    return " ".join(plain.split())
