"""What readers choose for themselves, such as the size of letters: the later change of each wins."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MOST_SETTINGS = 64
Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What was chosen, and when."""

    value: Value
    changed_at: datetime


def merged(kept: Mapping[str, Setting], arrived: Mapping[str, Setting]) -> dict[str, Setting]:
    """Both, name by name the later. It makes no difference which came first, or how often."""
    both = dict(kept)
    for name, setting in arrived.items():
        if name not in both or _rank(both[name]) < _rank(setting):
            both[name] = setting
    return both


def _rank(setting: Setting) -> tuple[datetime, str]:
    """Two changes at the very same moment are told apart by what they say, so that all devices agree."""
    return setting.changed_at, json.dumps(setting.value)
