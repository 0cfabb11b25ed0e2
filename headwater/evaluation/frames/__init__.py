"""Rows become arrays here, and nowhere else. Oldest first; weeks run Monday to Sunday."""

from headwater.evaluation.frames.campaigns import CampaignFrame, campaign_frame, missing
from headwater.evaluation.frames.capacity import (
    BLOCK_WEEKS,
    CapacityFrame,
    Panel,
    capacity_costs,
    capacity_frame,
    read_panel,
)
from headwater.evaluation.frames.costs import price
from headwater.evaluation.frames.versions import (
    Floats,
    deeds_version,
    programme,
    version_of,
)

__all__ = [
    "BLOCK_WEEKS", "CampaignFrame", "CapacityFrame", "Floats", "Panel", "campaign_frame",
    "capacity_costs", "capacity_frame", "deeds_version", "missing", "price", "programme",
    "read_panel", "version_of",
]  # fmt: skip
