"""What the overview says in words: the sentence under each chart, and how files were found."""

from lending.ports.checks import Found
from lending.ports.overview import Counted
from lending.web.charts import WeeklyChart
from lending.web.texts import gettext, ngettext, shown_date


def chart_title(kind: Counted) -> str:
    """What a chart is of."""
    return {
        Counted.LOANS: gettext("Loans each week"),
        Counted.RECALLS: gettext("Asked back each week"),
        Counted.TURN_AWAYS: gettext("Turned away each week"),
    }[kind]


def chart_words(chart: WeeklyChart) -> str:
    """The chart in one sentence."""
    weeks, total, most = len(chart.bars), chart.total, chart.highest
    if not total:
        return gettext("None in the last %(weeks)d weeks.", weeks=weeks)
    return ngettext(
        "%(num)d in the last %(weeks)d weeks; the most, %(most)d, in the week of %(day)s.",
        "%(num)d in the last %(weeks)d weeks; the most, %(most)d, in the week of %(day)s.",
        total,
        weeks=weeks,
        most=most.count,
        day=shown_date(most.start, "d MMM"),
    )


def found_words(found: Found) -> str:
    """How a copy's file was found."""
    return {
        Found.GOOD: gettext("As it should be"),
        Found.MISSING: gettext("Its file is missing"),
        Found.CHANGED: gettext("Its file is another one"),
        Found.UNREADABLE: gettext("Its file does not open"),
    }[found]
