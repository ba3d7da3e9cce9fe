"""Where a reader is in the book of a loan, and what they chose: on each of their devices."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Self

from flask import Blueprint, Response
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from lending.marks.places import Place
from lending.marks.settings import MOST_SETTINGS, Setting
from lending.services.margins import Chosen
from lending.services.reading import Admission
from lending.web.api.contract import JSON, Access, Answer, Asked, Contract, Query, Told
from lending.web.api.locators import Fraction, Locator, locator_of, locator_text
from lending.web.desk import desk

bp = Blueprint("places", __name__)

LONGEST_AGO: Final = 10 * 365 * 86_400
LARGEST_NUMBER: Final = 2**53

Device = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")]
"""A name that a device gave itself at random; empty for one that gives none."""
SecondsAgo = Annotated[float, Field(ge=0, le=LONGEST_AGO, allow_inf_nan=False)]
"""By the device's own reckoning, so that its clock need not be right."""
SettingName = Annotated[str, Field(pattern=r"^[a-z][a-zA-Z]{0,31}$")]
SettingValue = (
    StrictBool
    | Annotated[StrictInt, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
    | Annotated[StrictFloat, Field(allow_inf_nan=False)]
    | Annotated[StrictStr, Field(max_length=100)]
)


class WhoseDevice(Query):
    """Which device asks."""

    device: Device = ""


class PlaceRead(Asked):
    """Where a device is: the reading page's own locator, and how far through the book (0 to 1)."""

    locator: Locator
    fraction: Fraction
    device: Device = ""
    seconds_ago: SecondsAgo = 0

    def place(self, now: datetime) -> Place:
        """For the margins. Raises UnacceptableInput."""
        read_at = now - timedelta(seconds=self.seconds_ago)
        return Place(locator_text(self.locator), self.fraction, read_at, self.device)


class PlaceElsewhere(Told):
    """Where this device was when it was last read on."""

    locator: dict[str, Any]
    fraction: float
    read_at: datetime

    @classmethod
    def of(cls, place: Place) -> Self:
        """From the margin."""
        return cls(locator=locator_of(place.locator), fraction=place.fraction, read_at=place.read_at)


class PlaceKept(Told):
    """Where the reader was last, on any device; empty if they haven't begun."""

    locator: dict[str, Any] = Field(default_factory=dict)
    fraction: float = 0
    elsewhere: PlaceElsewhere | None = Field(
        None, description="This device's own last place, if it is an older and a different one."
    )


class SettingChosen(Asked):
    """What was chosen on a device, and how long ago."""

    value: SettingValue
    seconds_ago: SecondsAgo = 0


class SettingsChosen(Asked):
    """A device's choices, by name."""

    settings: dict[SettingName, SettingChosen] = Field(max_length=MOST_SETTINGS)


class SettingKept(Told):
    """What was chosen last, and when."""

    value: bool | int | float | str
    changed_at: datetime


class SettingsKept(Told):
    """What the reader chose, by name."""

    settings: dict[str, SettingKept]

    @classmethod
    def of(cls, kept: dict[str, Setting]) -> Self:
        """From the margins."""
        return cls(
            settings={
                name: SettingKept(value=one.value, changed_at=one.changed_at) for name, one in kept.items()
            }
        )


@bp.get("/loans/<id:loan_id>/position")
@Contract(answers={200: Answer("The place.", PlaceKept)}, access=Access.READER, query=WhoseDevice)
def position(reader: Admission, query: WhoseDevice) -> Response:
    """Where the reader was last, on whatever device. Of a book not begun yet: an empty object."""
    latest, elsewhere = desk().margins.place(reader, query.device)
    if latest is None:
        return Response("{}", content_type=JSON)
    place = PlaceKept(
        locator=locator_of(latest.locator),
        fraction=latest.fraction,
        elsewhere=None if elsewhere is None else PlaceElsewhere.of(elsewhere),
    )
    return Response(place.model_dump_json(), content_type=JSON)


@bp.put("/loans/<id:loan_id>/position")
@Contract(answers={204: Answer("It is kept.")}, access=Access.READER, body=PlaceRead)
def save_position(reader: Admission, body: PlaceRead) -> None:
    """Keep where the reader is on this device, or was so many seconds ago."""
    desk().margins.save_place(reader, body.place(reader.now))


@bp.get("/loans/<id:loan_id>/settings")
@Contract(answers={200: Answer("The settings.", SettingsKept)}, access=Access.READER)
def reader_settings(reader: Admission) -> SettingsKept:
    """What the reader chose, such as the size of letters.

    It is kept for the loan; for an owner's own copies, for the account.
    """
    return SettingsKept.of(desk().margins.settings(reader))


@bp.put("/loans/<id:loan_id>/settings")
@Contract(answers={200: Answer("All settings.", SettingsKept)}, access=Access.READER, body=SettingsChosen)
def change_settings(reader: Admission, body: SettingsChosen) -> SettingsKept:
    """Keep what was chosen on this device; of each name the later choice stands."""
    chosen = {
        name: Chosen(one.value, timedelta(seconds=one.seconds_ago)) for name, one in body.settings.items()
    }
    return SettingsKept.of(desk().margins.change_settings(reader, chosen))
