from headwater.safeguards.models.domain import ApprovedDomain, DomainRequest, host_of
from headwater.safeguards.models.guideline import Catch, Guideline
from headwater.safeguards.models.hold import Hold, refuse_while_held
from headwater.safeguards.models.incident import FollowUp, Incident, Step
from headwater.safeguards.models.limit import BusyUntil, ClosedSeason, Contacted, ContactLimit
from headwater.safeguards.models.policy import Policy, PolicyAcceptance
from headwater.safeguards.models.review import Decision, Review

__all__ = [
    "ApprovedDomain",
    "BusyUntil",
    "Catch",
    "ClosedSeason",
    "ContactLimit",
    "Contacted",
    "Decision",
    "DomainRequest",
    "FollowUp",
    "Guideline",
    "Hold",
    "Incident",
    "Policy",
    "PolicyAcceptance",
    "Review",
    "Step",
    "host_of",
    "refuse_while_held",
]
