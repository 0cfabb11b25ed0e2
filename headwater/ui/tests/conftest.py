from copy import deepcopy

import pytest
from pytest_django import Settings

ABOVE = {"headwater.portal.context.nav", "headwater.studio.context.nav"}


@pytest.fixture(autouse=True)
def no_room_above(request: pytest.FixtureRequest, settings: Settings) -> None:
    """On the site made for these tests, nothing leads to rooms that it hasn't got."""
    if request.node.get_closest_marker("urls") is None:
        return
    templates = deepcopy(settings.TEMPLATES)
    options = templates[0]["OPTIONS"]
    options["context_processors"] = [
        name for name in options["context_processors"] if name not in ABOVE
    ]
    settings.TEMPLATES = templates
