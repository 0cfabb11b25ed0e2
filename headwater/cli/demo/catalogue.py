"""What the Alliance did and is about to do: when, for whom, and what it cost. Weeks count from now.

Only what people decide stands here. What came of it is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Gathering:
    """An event: so many weeks from now, on a weekday (Monday is 0) at an hour, for so long."""

    slug: str
    title: str
    kind: str  # as the plan names it
    need: str
    week: int
    weekday: int
    hour: float
    hours: float
    places: int
    money: int
    work: int  # hours of staff
    summary: str
    hosts: str = ""
    venue: str = ""
    by_lot: bool = False
    wanted: float = 0.7  # how many ask for a place, of the places there are
    second: str = ""  # the later date that everyone gets who isn't drawn


GATHERINGS = (
    Gathering("where-you-come-in", "Where you come in", "keynote", "my-part", -72, 3, 18, 1.5, 250,
              520, 22, "You can say in one sentence what part you play, and what we won’t ask.",
              "Mirela Ionescu", "Old Ice House, Saltmarsh Quay", wanted=0.5),
    Gathering("write-for-one-reader", "Write for one reader", "webinar", "first-lines", -64, 3, 12,
              1, 120, 180, 14, "You leave with one post rewritten for somebody you know by name.",
              "Olumide Adébáyọ̀", wanted=0.6),
    Gathering("photograph-food", "Photograph food with the phone you have", "half-day-seminar",
              "phone-photos", -55, 5, 9.5, 3.5, 40, 950, 26,
              "You’ll leave with ten photos of your own food that you can post on Monday.",
              "Xóchitl Ramírez and Fatoumata Diallo", "Fenwick Market Hall, upstairs", wanted=0.95),
    Gathering("when-a-comment-turns-sour", "When a comment turns sour", "webinar",
              "answering-people", -46, 2, 18, 1, 120, 180, 13,
              "You leave with three first sentences that cool a complaint.", "Halima Yusuf",
              wanted=0.5),
    Gathering("an-hour-about-permission", "May I show this? An hour about permission", "live-chat",
              "what-i-may-say", -39, 1, 19, 1, 80, 0, 9,
              "You know whom to ask before you show a face, a kitchen or a child.", "Halima Yusuf",
              wanted=0.5),
    Gathering("one-minute-films", "One-minute films", "half-day-seminar", "short-video", -33, 5, 10,
              3.5, 60, 980, 27, "You film, cut and put words under one minute of your own work.",
              "Xóchitl Ramírez", "The net loft, Inisheer", by_lot=True, wanted=2.0,
              second="one-minute-films-second"),
    Gathering("be-found-on-the-map", "Be found on the map", "webinar", "being-found", -26, 3, 12.5,
              1, 120, 180, 13, "Your hours, your door and your telephone are right by Friday.",
              "Rui Zhang", wanted=0.6),
    Gathering("photograph-food-again", "Photograph food, a second morning", "half-day-seminar",
              "phone-photos", -20, 5, 9.5, 3.5, 40, 940, 24,
              "Ten photos of your own food, chosen with somebody who sells from theirs.",
              "Xóchitl Ramírez", "Fenwick Market Hall, upstairs", wanted=0.95),
    Gathering("one-minute-films-second", "One-minute films, the second date", "half-day-seminar",
              "short-video", -19, 5, 10, 3.5, 64, 980, 22,
              "You film, cut and put words under one minute of your own work.",
              "Xóchitl Ramírez", "The net loft, Inisheer"),
    Gathering("a-month-in-an-hour", "A month of posts in one hour", "webinar", "planning-ahead",
              -13, 2, 12, 1, 120, 180, 13, "You leave with four weeks of posts on one page.",
              "Eilidh Munro", wanted=0.7),
    Gathering("what-we-said-what-you-heard", "What we said, what you heard", "keynote",
              "our-story", -8, 3, 18, 1.5, 250, 480, 20,
              "You hear what became of what you told us, with the numbers.",
              "Mirela Ionescu and Kenji Morimoto", "Old Ice House, Saltmarsh Quay", wanted=0.45),
    Gathering("ask-a-neighbour-about-queues", "Ask a neighbour about queues", "live-chat",
              "trading-notes", -3, 1, 19, 1, 80, 0, 8,
              "You take home one thing a neighbour does while people wait.", "Rui Zhang",
              wanted=0.5),
    Gathering("photograph-food-this-season", "Photograph food with the phone you have",
              "half-day-seminar", "phone-photos", 2, 5, 9.5, 3.5, 40, 960, 24,
              "You’ll leave with ten photos of your own food that you can post on Monday.",
              "Xóchitl Ramírez, who photographs for three of our restaurants, and Fatoumata Diallo",
              "Fenwick Market Hall, upstairs. Step-free by the north door.", wanted=0.72),
    Gathering("answering-when-someone-complains", "Answering when someone complains", "webinar",
              "answering-people", 3, 3, 12, 1, 60, 190, 13,
              "You leave with your own first three sentences, and know when to stop.",
              "Halima Yusuf", wanted=1.2),
    Gathering("films-drawn-by-lot", "One-minute films, drawn by lot", "half-day-seminar",
              "short-video", 7, 5, 10, 3.5, 36, 980, 26,
              "You film, cut and put words under one minute of your own work.",
              "Xóchitl Ramírez", "The net loft, Inisheer", by_lot=True, wanted=1.5),
    Gathering("a-year-on-the-quay", "A year on the quay", "keynote", "our-story", 11, 3, 18, 1.5,
              250, 500, 20, "You hear what the next year holds, and say what it should.",
              "Mirela Ionescu", "Old Ice House, Saltmarsh Quay", wanted=0.12),
)  # fmt: skip


@dataclass(frozen=True)
class Work:
    """Part of the plan that is not one event: from and until, in weeks from now."""

    title: str
    kind: str
    need: str
    week: int
    until: int
    money: int
    work: int
    gauge: str
    outcome: str
    is_decided: bool = True
    why_not_asked: str = ""


WORKS = (
    Work("A minute every Tuesday", "tip", "first-lines", -76, -27, 0, 96, "fluency",
         "One partner in five has tried a tip by the end of the first quarter."),
    Work("A minute every Tuesday, second year", "tip", "first-lines", -26, 20, 0, 90, "fluency",
         "Partners who have done five tips write the price in the first line."),
    Work("First boats, once a month", "newsletter", "our-story", -74, -24, 240, 84, "awareness",
         "Half of the partners can name two things we are saying."),
    Work("First boats, second year", "newsletter", "our-story", -23, 24, 220, 70, "awareness",
         "Half of the partners can name two things we are saying."),
    Work("A toolkit to take away", "toolkit", "planning-ahead", -58, -40, 620, 48, "fluency",
         "Partners plan a month on one page, and keep the page."),
    Work("Articles in the harbour paper", "article", "our-story", -50, -12, 300, 30, "awareness",
         "People who follow nobody have read what partners do."),
    Work("Thirty days of first lines", "challenge", "first-lines", -30, -26, 260, 28, "fluency",
         "Fifty partners write thirty first lines and keep three of them."),
    Work("Talk among neighbours", "discussion", "trading-notes", -60, -6, 0, 44, "comfort",
         "A question by a partner is answered by a partner within a day."),
    Work("Price lists that fit a phone", "toolkit", "accessible-posts", 5, 9, 240, 18, "fluency",
         "Prices can be read aloud by a telephone.", is_decided=False),
    Work("Accounts that stay safe", "webinar", "staying-safe", 9, 9, 180, 12, "fluency",
         "Every partner’s account has its second lock.", is_decided=False),
)  # fmt: skip


@dataclass(frozen=True)
class Push:
    """A campaign: what it was to bring, when, and what it cost."""

    slug: str
    title: str
    objective: str
    metric: str
    week: int
    runs: int  # weeks
    counted: int  # weeks, from its first
    aim: int
    comparison: str
    need: str
    costs: tuple[tuple[str, int, int], ...]  # what for, money, hours


def pushes(day: date) -> tuple[Push, ...]:
    """The campaigns, named after the season they fall in, whatever day the demo is made on."""
    return (
        Push("know-your-boats", "Know Your Boats",
             "People ask for fish by the boat that landed it, and order it through partners.",
             "boxes", -66, 3, 5, 120, "markets", "our-story",
             (("Boards on four quays", 900, 6), ("Pictures of nine boats", 640, 18))),
        Push("supper-week-before", f"Harbour Supper Week, {_month(day, -46)}",
             "Neighbours who have never met eat at one table, and book it through partners.",
             "bookings", -46, 1, 2, 80, "before", "my-part",
             (("Posters and table cards", 1150, 10), ("A week of hosts", 350, 22))),
        Push("mussel-season", f"{season(day, -14)} Mussel Season",
             "More people order mussels from partners, and know when they may eat them.",
             "boxes", -14, 4, 8, 300, "markets", "first-lines",
             (("The mussel guide, in five languages", 1700, 30),
              ("Boxes for first orders", 1240, 0), ("Films from three boats", 860, 24))),
        Push("supper-week-next", f"Harbour Supper Week, {_month(day, 5)}",
             "Twice as many tables as last time, half of them with somebody new.",
             "bookings", 5, 1, 3, 120, "before", "my-part",
             (("Posters and table cards", 980, 8), ("A week of hosts", 420, 20))),
    )  # fmt: skip


def season(day: date, weeks: int) -> str:
    month = date.fromordinal(day.toordinal() + 7 * weeks).month
    return ("Winter", "Spring", "Summer", "Autumn")[month % 12 // 3]


def _month(day: date, weeks: int) -> str:
    return f"{date.fromordinal(day.toordinal() + 7 * weeks):%B %Y}"


@dataclass(frozen=True)
class Words:
    """A message for partners to make their own."""

    title: str
    body: str
    benefit: str
    path: str


SECOND_WAY = (  # in which one message was tried as well, by lot, while a campaign ran
    "Mussels, one pot, ten minutes", "mussel-season", "17 08 33 02 45 29",
    "Ten minutes from pot to plate, and the neighbours asked for more. I made [your pick]. "
    "The guide in five languages: [your link]",
)  # fmt: skip
LIFE_WEEKS = 6  # how long a message stands; a new one comes every STEP_WEEKS
STEP_WEEKS = 4
MESSAGES = (  # newest last; the last stand open now
    Words("Ask who landed it", "Next time you buy fish in [your town], ask which boat landed it. "
          "If they know, buy it there again. [your link]",
          "People come back to whoever can answer.", "boats"),
    Words("The price of a box", "What is in a box, what it costs and who packed it. [your pick] "
          "[your link]", "Fewer questions before each order.", "boxes"),
    Words("Open hours, all of them", "We looked up when everybody in [your town] opens. Ours are "
          "[your hours]. The rest are here: [your link]", "Nobody stands before a closed door.",
          "hours"),
    Words("Kelp is not a fad", "Kelp has been eaten on this coast for three hundred years. "
          "[your pick] is how we eat it. [your link]", "A reason to try something new.", "kelp"),
    Words("Rye and pickles", "A plate for cold hands: smoked fish, rye, pickles. [your pick] "
          "[your link]", "A plate people can copy at home.", "plates"),
    Words("A quieter hour", "Every Tuesday from two to three, stalls on the quay keep the music "
          "off. Tell somebody who would like that. [your link]",
          "New regulars who come when it is quiet.", "quiet-hour"),
    Words("Bread that fits a boat", "Four bakeries, one loaf that keeps a week at sea. [your pick] "
          "[your link]", "Your loaf beside the others.", "bread"),
    Words("The oyster months", "Which months, which sizes, and how to open one without a plaster. "
          "[your link]", "Fewer cut hands, more oysters.", "oysters"),
    Words("Meet the night shift", "Somebody packed your breakfast at three. Meet them: [your link]",
          "The people behind you, by name.", "night-shift"),
    Words("Salt from this water", "A kilo of salt takes forty litres of harbour. See how at "
          "Inisheer: [your link]", "A visit that ends in the shop.", "salt"),
    Words("Cook one thing less", "A menu with one dish less wastes a third less. Ours has "
          "[your number]. [your link]", "Less to throw away.", "less"),
    Words("The market in the rain", "The market in [your town] is under a roof. We checked. "
          "[your link]", "Trade on wet days.", "rain"),
    Words("Thirty days of first lines", "I am writing one first line a day. Today’s is: "
          "[your pick] [your link]", "Practice, with company.", "first-lines"),
    Words("Where the honey goes", "Eleven hives on four roofs, and one shelf to buy from. "
          "[your link]", "The shelf is yours.", "honey"),
    Words("Half a kitchen for hire", "Two mornings a week the kitchen at the Old Ice House is "
          "free. Bring your recipe. [your link]", "A kitchen you need not build.", "kitchen"),
    Words("When are mussels safe?", "We tested the water again on Monday. Mussels from these four "
          "farms are good until the end of the season. [your link]",
          "One answer you can give your regulars.", "mussels"),
    Words("Mussels, one pot, ten minutes", "One pot, ten minutes, no cream: [your pick]. The guide "
          "in five languages: [your link]", "Orders for boxes, through your link.", "mussels/pot"),
    Words("Tell us what would help", "They ask before they plan, and it shows. I asked for "
          "[your pick]. [your link]", "What you ask for is what gets made.", "asked"),
    Words("Landed this morning", "Landed this morning at [your town]: [your pick]. On the quay "
          "until it is gone. [your link]", "People who come the same day.", "landed"),
    Words("Harbour Supper Week", "Harbour Supper Week: one table, one fish, one neighbour you "
          "haven’t met. Find a table near you: [your link]",
          "Chairs filled by people you have never met.", "supper-week"),
)  # fmt: skip
ROUNDS = (-76, -50, -26, -4)  # weeks in which partners were asked to check in
ASKED_IN = -70  # the week in which the needs survey went out
PORTS = {"Saltmarsh Quay": 92.0, "Fenwick": 71.0, "Inisheer": 44.0}
OTHER_PORTS = {"Gull Haven": 88.0, "Port Brannoch": 63.0, "Cold Staithe": 51.0}
