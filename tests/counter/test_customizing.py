"""What whoever asks may choose of a report, and what is said of what can't be heeded."""

import pytest

from lending.counter.customizing import customized
from lending.counter.exceptions import Caveat
from lending.counter.figures import Metric
from lending.counter.kinds import KINDS, PR, TR, TR_B1, ReportKind


def chosen(
    kind: ReportKind, *, tabular: bool = False, **asked: str
) -> tuple[ReportKind, list[tuple[int, str]]]:
    """The report, and code and data of each exception."""
    wanted, caveats = customized(kind, asked, "lending", tabular=tabular)
    return wanted, [(caveat.code, caveat.data) for caveat in caveats]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_who_asks_for_nothing_gets_the_report_as_it_is(kind: ReportKind) -> None:
    names = ("customer_id", "requestor_id", "api_key", "begin_date", "end_date")
    of_every_request = dict.fromkeys(names, "x")
    assert chosen(kind, **of_every_request, metric_type="", yop="") == (kind, [])


def test_what_is_so_by_default_is_no_choice() -> None:
    assert chosen(
        TR,
        metric_type="|".join(TR.metrics),
        access_type="Open|Free_To_Read|Controlled",
        access_method="TDM|Regular",
        yop="0001-9999",
        granularity="Month",
    ) == (TR, [])
    assert chosen(TR, tabular=True, exclude_monthly_details="False") == (TR, [])


def test_all_types_of_data_that_there_are_here_are_not_all_that_there_are() -> None:
    wanted, _ = chosen(TR, data_type="Reference_Work|Book")
    assert wanted.filters == (("Data_Type", ("Book", "Reference_Work")),)


def test_of_a_standard_view_nothing_is_chosen_but_the_platform() -> None:
    """Section 8.3: its filters and attributes are implicit."""
    wanted, caveats = chosen(TR_B1, platform="lending", metric_type="No_License", attributes_to_show="YOP")
    assert wanted.filters == (*TR_B1.filters, ("Platform", ("lending",)))
    assert wanted.metrics == TR_B1.metrics
    assert caveats == [(3050, "metric_type, attributes_to_show")]


def test_a_parameter_that_nobody_knows_is_named() -> None:
    assert chosen(TR, colour="red", include_parent_details="True") == (
        TR,
        [(3050, "colour, include_parent_details")],
    )
    assert chosen(PR, yop="2020", item_id="x") == (PR, [(3050, "yop, item_id")])


def test_each_form_has_its_own_way_of_leaving_out_months() -> None:
    """Table 3.x."""
    assert chosen(TR, exclude_monthly_details="True")[1] == [(3050, "exclude_monthly_details")]
    assert chosen(TR, tabular=True, granularity="Totals")[1] == [(3050, "granularity")]
    assert chosen(TR, tabular=True, exclude_monthly_details="True")[0].totals


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"metric_type": "Searches_Platform"}, "metric_type=Searches_Platform"),
        ({"data_type": "Journal|Article"}, "data_type=Journal, data_type=Article"),
        ({"access_type": "controlled"}, "access_type=controlled"),
        ({"access_method": "Irregular"}, "access_method=Irregular"),
        ({"yop": "1999-1990|20"}, "yop=1999-1990, yop=20"),
        ({"platform": "elsewhere"}, "platform=elsewhere"),
        ({"country_code": "ES", "attributed": "Yes"}, "country_code=ES, attributed=Yes"),
    ],
)
def test_a_filter_that_is_none_is_not_applied_and_named(asked: dict[str, str], said: str) -> None:
    assert chosen(TR, **asked) == (TR, [(3060, said)])


def test_of_several_values_the_good_ones_are_applied() -> None:
    wanted, caveats = chosen(TR, metric_type="No_License|Nonsense", access_type="Open|Shut")
    assert (wanted.metrics, wanted.filters) == ((Metric.NO_LICENSE,), (("Access_Type", ("Open",)),))
    assert caveats == [(3060, "metric_type=Nonsense, access_type=Shut")]


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        (TR, {"attributes_to_show": "Data_Type"}, "attributes_to_show=Data_Type"),
        (TR, {"attributes_to_show": "Country_Name"}, "attributes_to_show=Country_Name"),
        (PR, {"attributes_to_show": "YOP"}, "attributes_to_show=YOP"),
        (TR, {"granularity": "Day"}, "granularity=Day"),
    ],
)
def test_an_attribute_that_is_none_is_named(kind: ReportKind, asked: dict[str, str], said: str) -> None:
    assert chosen(kind, **asked) == (kind, [(3062, said)])


def test_no_exception_has_what_stands_between_exceptions() -> None:
    (caveat,) = chosen(TR, data_type="a; b")[1]
    assert caveat == (3060, "data_type=a, b")
    assert str(Caveat(*caveat)) == "3060: data_type=a, b"
