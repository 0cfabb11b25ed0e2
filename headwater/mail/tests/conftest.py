from collections.abc import Iterator
from typing import Any

import pytest

from headwater.mail.tests import make


@pytest.fixture
def sink(settings: Any, tmp_path: Any) -> Iterator[make.Sink]:
    """A mail server that the post office sends to."""
    settings.SPOOL_DIR = tmp_path / "spool"
    with make.Server() as sink:
        settings.SMTP_URL = sink.url
        yield sink
