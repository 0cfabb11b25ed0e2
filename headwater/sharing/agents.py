"""Telling people from machines by what a browser says of itself and how it behaves."""

import re
from functools import lru_cache

PERSON, MACHINE, PREVIEW = "p", "m", "v"
LONGEST = 512

# Those that fetch a page to show a card of it: they get the message's social tags.
PREVIEWS = re.compile(
    r"facebookexternalhit|facebot|facebookcatalog|meta-externalfetcher|linkedinbot|slackbot"
    r"|slack-imgproxy|twitterbot|whatsapp|telegrambot|discordbot|skypeuripreview|pinterest"
    r"|redditbot|mastodon|pleroma|misskey|bluesky|cardyb|embedly|iframely|vkshare|viber|snapchat"
    r"|google-pagerenderer|googlemessages|microsoftpreview|bingpreview|teams|zoombot|synapse"
    r"|line-poker|kakaotalk-scrap|signal|mattermost|rocket\.chat|nextcloud",
    re.IGNORECASE,
)
# Applications whose browsers name them too: a person reads there.
INSIDE_AN_APP = re.compile(r"\b(?:Mobile/|FBAN|FBAV|Instagram)", re.IGNORECASE)
FETCHERS = re.compile(
    r"(?<!cu)bot\b|bot/|crawl|spider|slurp|\bcurl\b|wget|python|libwww|^java\b|okhttp|go-http"
    r"|httpclient|headless|phantomjs|lighthouse|scrapy|urllib|fetch|monitor|preview|scan|check"
    r"|feed|archive|validator|^ruby\b|perl|^php\b|postman|insomnia|axios|node-fetch|^mozilla/[45]\.0$",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def kind_of(agent: str) -> str:
    """Whether a person, a machine, or a machine that shows a preview asks with this agent."""
    if not agent.strip():
        return MACHINE
    if PREVIEWS.search(agent) and not INSIDE_AN_APP.search(agent):
        return PREVIEW
    if FETCHERS.search(agent) or _is_listed(agent):
        return MACHINE
    return PERSON


def _is_listed(agent: str) -> bool:
    # Its lists are read only when the first visit comes: they cost every command 60 ms.
    from crawleruseragents import is_crawler

    return bool(is_crawler(agent))
