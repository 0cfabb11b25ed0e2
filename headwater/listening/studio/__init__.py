from headwater.listening.studio.asking import asking, closure, opening, reminder
from headwater.listening.studio.conversations import conversations, hands
from headwater.listening.studio.needs import need, responses, telling
from headwater.listening.studio.questions import (
    copy,
    names,
    place,
    question,
    questions,
    removal,
    settings,
)
from headwater.listening.studio.results import survey, words
from headwater.listening.studio.sheets import call_sheet, nameless_sheet, sheet
from headwater.listening.studio.surveys import drafts, surveys

__all__ = [
    "asking", "call_sheet", "closure", "conversations", "copy", "drafts", "hands", "nameless_sheet",
    "names", "need", "opening", "place", "question", "questions", "reminder", "removal",
    "responses", "settings", "sheet", "survey", "surveys", "telling", "words",
]  # fmt: skip
