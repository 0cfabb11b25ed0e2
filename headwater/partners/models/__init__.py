from headwater.partners.models.bases import Basis, Purpose, Suppression, address_hash
from headwater.partners.models.care import Note, Stewardship
from headwater.partners.models.goals import Goal, GoalWeek
from headwater.partners.models.imports import Change, Choices, Import, RefusedRow
from headwater.partners.models.kinds import (
    MODULES,
    Belonging,
    Kind,
    SocialAccount,
    Tag,
    modules_of,
)
from headwater.partners.models.segments import Segment, Trait, matching
from headwater.partners.models.twins import Merge, Twin

__all__ = [
    "MODULES",
    "Basis",
    "Belonging",
    "Change",
    "Choices",
    "Goal",
    "GoalWeek",
    "Import",
    "Kind",
    "Merge",
    "Note",
    "Purpose",
    "RefusedRow",
    "Segment",
    "SocialAccount",
    "Stewardship",
    "Suppression",
    "Tag",
    "Trait",
    "Twin",
    "address_hash",
    "matching",
    "modules_of",
]
