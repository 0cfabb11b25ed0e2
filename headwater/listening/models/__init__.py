from headwater.listening.models.asked import has_asked
from headwater.listening.models.conversations import Conversation, HandCount
from headwater.listening.models.invitations import Invitation, Reminder
from headwater.listening.models.needs import Gauge, Need, Response, Telling, Wish
from headwater.listening.models.replies import Answer, Reply
from headwater.listening.models.surveys import AnswerKind, Option, Question, Survey

__all__ = [
    "Answer",
    "AnswerKind",
    "Conversation",
    "Gauge",
    "HandCount",
    "Invitation",
    "Need",
    "Option",
    "Question",
    "Reminder",
    "Reply",
    "Response",
    "Survey",
    "Telling",
    "Wish",
    "has_asked",
]
