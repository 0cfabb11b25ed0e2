"""Letters of thanks, and the question whether a story may be told."""

from datetime import datetime

from headwater.mail import personal_links
from headwater.mail.writing import write
from headwater.partners.models import Purpose
from headwater.people.models import Person
from headwater.recognition.models import Story, Thanks
from headwater.safeguards.contact import may_write_to

STORY = "recognition.story"


def can_mail(person: Person, at: datetime) -> bool:
    return bool(person.email_key) and may_write_to(person, purpose=Purpose.THANKS, at=at)


def mail_thanks(thanks: Thanks, *, at: datetime) -> None:
    """Post a thank-you that goes by e-mail; those on paper or in person are only noted."""
    if thanks.way == Thanks.Way.EMAIL:
        write(
            to=thanks.person,
            template="recognition/mail/thanks",
            context={"thanks": thanks},
            purpose=Purpose.THANKS,
            at=at,
            about=f"recognition.thanks:{thanks.pk}",
        )


def mail_question(story: Story, *, at: datetime) -> None:
    write(
        to=story.person,
        template="recognition/mail/story",
        context={"story": story, "url": story_url(story)},
        purpose=Purpose.THANKS,
        at=at,
        about=f"recognition.story:{story.pk}",
    )


def story_url(story: Story) -> str:
    return personal_links.link(story.person, job=STORY, key=str(story.pk), path="/stories/{token}/")
