from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from headwater.people.models import House
from headwater.sharing.models import Reminder


def as_calendar(reminder: Reminder, *, words: str, url: str, at: datetime) -> bytes:
    """A reminder as a calendar file: a quarter of an hour, with the words and the page in it."""
    entry = Event()
    entry.add("uid", f"reminder-{reminder.pk}@headwater")
    entry.add("dtstamp", at)
    entry.add("dtstart", reminder.due_at)
    entry.add("dtend", reminder.due_at + timedelta(minutes=15))
    entry.add("summary", reminder.message.title)
    entry.add("description", "\n\n".join(part for part in (words, url) if part))
    entry.add("url", url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", reminder.message.title)
    alarm.add("trigger", timedelta(0))
    entry.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Headwater//Sharing//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", House.current().name)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
