"""Django's own mail, which is the sign-in code, through the post office like every other letter."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.timezone import now

from headwater.mail.wording import Words, from_paragraphs
from headwater.mail.writing import write_words
from headwater.partners.models import Purpose
from headwater.people.models import Person


class PostOffice(BaseEmailBackend):
    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            text = str(message.body)
            words = Words(str(message.subject), text, from_paragraphs(text))
            for recipient in message.recipients():
                address = parseaddr(recipient)[1]
                to = Person.objects.with_email(address).first() or address
                write_words(to, words, purpose=Purpose.SERVICE, at=now(), is_secret=True)
        return len(messages)
