from headwater.capacity.models.check_ins import CheckIn, CheckInAnswer, CheckInInvitation
from headwater.capacity.models.items import Item, MessageToRecall
from headwater.capacity.models.readings import (
    Reading,
    SharedGauge,
    latest_readings,
    link_readings,
)
from headwater.listening.models import Gauge

__all__ = [
    "CheckIn",
    "CheckInAnswer",
    "CheckInInvitation",
    "Gauge",
    "Item",
    "MessageToRecall",
    "Reading",
    "SharedGauge",
    "latest_readings",
    "link_readings",
]
