from datetime import datetime
from typing import Any

from headwater.listening.models import Conversation, Invitation, Reply, Wish
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """What this person told us and was asked. Answers without a name can't be found."""
    return {
        "surveys": [
            {
                "survey": reply.survey.title,
                "begun_on": reply.begun_on.isoformat(),
                "finished": reply.is_done,
                "answers": [
                    {
                        "question": answer.question.text,
                        "answer": answer.option.label
                        if answer.option
                        else answer.text or answer.number,
                        "may_be_quoted": answer.may_quote,
                    }
                    for answer in reply.answers.select_related("question", "option")
                ],
            }
            for reply in Reply.objects.filter(person=person).select_related("survey")
        ],
        "invitations": [
            {"survey": i.survey.title, "at": i.invited_at.isoformat(), "answered": i.is_done}
            for i in Invitation.objects.filter(person=person).select_related("survey")
        ],
        "conversations": [
            {
                "at": talk.at.isoformat(),
                "how": talk.channel,
                "note": talk.note,
                "quote": talk.quote,
                "may_be_quoted": talk.may_quote,
            }
            for talk in Conversation.objects.filter(person=person)
        ],
        "wishes": [
            {"need": wish.need.name, "source": wish.source, "at": wish.at.isoformat()}
            for wish in Wish.objects.filter(person=person).select_related("need")
        ],
    }


def erase(person: Person, at: datetime) -> None:
    """Answers, conversations and wishes go. What they wrote for others stays with the others."""
    Reply.objects.filter(person=person).delete()
    Conversation.objects.filter(person=person).delete()
    Invitation.objects.filter(person=person).delete()
    Wish.objects.filter(person=person).delete()
