"""Draws of our own as trials: partners who were offered a way first, summed by what they did."""

from __future__ import annotations

from datetime import datetime

from headwater.programme.models import Campaign


def refresh_own(at: datetime, *, campaign: Campaign | None = None) -> None:
    """Bring the trials of our own draws up to date with what partners did since."""
