"""The system's clock. The only file that asks what time it is."""

from datetime import UTC, datetime


class SystemClock:
    """Real time, to the millisecond: what the database keeps is what the desk decided on."""

    def now(self) -> datetime:
        """See `ports.world.Clock`."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
