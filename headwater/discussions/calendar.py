from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from headwater.discussions.models import Kit

REMIND_BEFORE = timedelta(minutes=15)


def as_calendar(kit: Kit) -> bytes:
    """A conversation for one's own calendar, which then reminds a quarter of an hour before."""
    event = Event()
    event.add("uid", f"discussion-{kit.slug}@headwater")
    event.add("summary", kit.title)
    event.add("description", f"{kit.question}\n{kit.hashtag}\n{kit.link}".strip())
    event.add("dtstamp", kit.created_at)
    event.add("dtstart", kit.starts_at)
    event.add("dtend", kit.ends_at)
    event.add("location", kit.place)
    if kit.link:
        event.add("url", kit.link)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", kit.title)
    alarm.add("trigger", -REMIND_BEFORE)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Headwater//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
