from headwater.events.models.attendance import Attendance, Notice, Pulse, Unmatched
from headwater.events.models.event import Event, EventQuerySet
from headwater.events.models.place import Draw, Lot, Place, lot

__all__ = [
    "Attendance", "Draw", "Event", "EventQuerySet", "Lot", "Notice", "Place", "Pulse", "Unmatched",
    "lot",
]  # fmt: skip
