"""What is said of a report or a request that is not as was to be expected: exceptions (appendix D).

The messages are those of table D.1, letter by letter. Those with a status of 200 stand in a report's header;
of any other one alone is the whole answer.
"""

from dataclasses import dataclass, replace
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why a report is not what was to be expected of it, or why there is none.

    `data` says more, such as which months are missing; there is no semicolon in it, since these stand between
    exceptions in a table. `status` is that of HTTP.
    """

    code: int
    message: str
    data: str = ""
    status: int = 200

    def because(self, data: str) -> Self:
        """The same, saying more."""
        return replace(self, data=data)

    def __str__(self) -> str:
        """As a table's header has it (table 3.f)."""
        return f"{self.code}: {self.message}" + (f" ({self.data})" if self.data else "")


NOT_THE_WHOLE: Final = Caveat(1, "Usage of Some Titles Only")
"""One of this library's own: these codes end with 999."""

NOT_AVAILABLE: Final = Caveat(1000, "Service Not Available", status=503)
INSUFFICIENT: Final = Caveat(1030, "Insufficient Information to Process Request", status=400)
UNKNOWN_REQUESTOR: Final = Caveat(2000, "Requestor Not Authorized to Access Service", status=401)
NOT_YOURS: Final = Caveat(2010, "Requestor is Not Authorized to Access Usage for Institution", status=403)
NO_WORLD: Final = Caveat(2011, "Global Reports Not Supported", status=403)
INVALID_KEY: Final = Caveat(2020, "APIKey Invalid", status=401)
INVALID_DATES: Final = Caveat(3020, "Invalid Date Arguments", status=400)

NO_USAGE: Final = Caveat(3030, "No Usage Available for Requested Dates")
NOT_READY: Final = Caveat(3031, "Usage Not Ready for Requested Dates")
NO_LONGER: Final = Caveat(3032, "Usage No Longer Available for Requested Dates")
UNKNOWN_PARAMETER: Final = Caveat(3050, "Parameter Not Recognized in this Context")
INVALID_FILTER: Final = Caveat(3060, "Invalid ReportFilter Value")
INVALID_ATTRIBUTE: Final = Caveat(3062, "Invalid ReportAttribute Value")

MONTHS_MISSING: Final = frozenset({NOT_READY.code, NO_LONGER.code})
"""By which a report may be empty although there may have been use."""
