from headwater.sharing.models.adaptation import Adaptation, NotForMe, Reminder, Share
from headwater.sharing.models.conversion import Conversion
from headwater.sharing.models.link import Link, Spool, VisitDay, Visitor
from headwater.sharing.models.message import Message, Publication, Revision, Variant
from headwater.sharing.models.recall import Chase, Recall
from headwater.sharing.models.ways import Offer, Way, WaysDraw

__all__ = [
    "Adaptation",
    "Chase",
    "Conversion",
    "Link",
    "Message",
    "NotForMe",
    "Offer",
    "Publication",
    "Recall",
    "Reminder",
    "Revision",
    "Share",
    "Spool",
    "Variant",
    "VisitDay",
    "Visitor",
    "Way",
    "WaysDraw",
]
