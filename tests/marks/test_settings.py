"""Settings of several devices: of each name the later change, in whatever order they come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lending.marks.settings import Setting, merged

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_SETTING = st.builds(
    Setting,
    st.one_of(st.sampled_from(["day", "night"]), st.booleans(), st.integers(0, 2), st.just(1.5)),
    st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours)),
)
SOME = st.dictionaries(st.sampled_from(["theme", "size", "columns"]), A_SETTING)


def test_of_each_name_the_later_change_stands() -> None:
    early, late = Setting("day", NOON), Setting("night", NOON + timedelta(minutes=1))
    size = Setting(1.5, NOON)
    assert merged({"theme": late, "size": size}, {"theme": early}) == {"theme": late, "size": size}
    assert merged({"theme": early}, {"theme": late, "size": size}) == {"theme": late, "size": size}


@given(one=SOME, other=SOME, third=SOME)
def test_order_and_repetition_make_no_difference(
    one: dict[str, Setting], other: dict[str, Setting], third: dict[str, Setting]
) -> None:
    both = merged(one, other)
    assert repr(sorted(merged(other, one).items())) == repr(sorted(both.items()))
    assert merged(both, other) == merged(both, one) == both
    assert merged(both, third) == merged(one, merged(other, third))
