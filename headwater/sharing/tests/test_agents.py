import csv
import json
import time
from pathlib import Path

import pytest
from django.conf import settings

from headwater.sharing.agents import MACHINE, PERSON, PREVIEW, kind_of

CLICKS = Path(settings.SHARED_DIR or "../shared") / "data" / "clicks"
PEOPLE = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/124.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Mobile/15E148 [FBAN/FBIOS;FBAV/463.0.0.37.108]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Mobile/15E148 Instagram 331.0.3.29.90",
]  # fmt: skip
PREVIEWS = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Twitterbot/1.0",
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mastodon/4.2.1 (http.rb/5.1.1; +https://mastodon.example/) Bot",
    "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_is_a_person_whatever_its_phone_is_called(agent: str) -> None:
    assert kind_of(agent) == PERSON


@pytest.mark.parametrize("agent", PREVIEWS)
def test_networks_that_show_a_card_are_known(agent: str) -> None:
    assert kind_of(agent) == PREVIEW


@pytest.mark.parametrize("agent", ["", "  ", "curl/8.7.1", "python-requests/2.32", "Wget/1.21"])
def test_no_name_or_a_tools_name_is_a_machine(agent: str) -> None:
    assert kind_of(agent) == MACHINE


def test_an_agent_seen_before_is_known_in_a_microsecond() -> None:
    kind_of(PEOPLE[0])
    began = time.process_time()
    for _turn in range(10_000):
        kind_of(PEOPLE[0])

    assert time.process_time() - began < 0.05


@pytest.mark.skipif(not CLICKS.exists(), reason="the folder of real input is not here")
def test_every_known_robot_is_a_machine() -> None:
    with (CLICKS / "bot_user_agents.csv").open(encoding="utf-8", newline="") as file:
        agents = [row["user_agent"] for row in csv.DictReader(file)]

    people = [agent for agent in agents if kind_of(agent) == PERSON]

    assert (len(agents), people) == (1010, [])


@pytest.mark.skipif(not CLICKS.exists(), reason="the folder of real input is not here")
def test_real_clicks_are_hardly_ever_taken_for_machines() -> None:
    lines = (CLICKS / "usagov_bitly_2012-03-16.jsonl").read_text(encoding="utf-8").splitlines()
    agents = {row["a"] for row in map(json.loads, lines) if "a" in row}
    machines = {agent for agent in agents if kind_of(agent) != PERSON}

    assert len(machines) / len(agents) < 0.05, machines
