from datetime import datetime, timedelta

from icalendar import Alarm, Calendar
from icalendar import Event as CalendarEvent

from headwater.events.models import Event
from headwater.people.models import House


def as_calendar(event: Event, at: datetime) -> bytes:
    """The event as a calendar file, in its own time zone, with an alarm the day before."""
    entry = CalendarEvent()
    entry.add("uid", f"event-{event.pk}@headwater")
    entry.add("dtstamp", at)
    entry.add("dtstart", event.starts_at.astimezone(event.zone))
    entry.add("dtend", event.ends_at.astimezone(event.zone))
    entry.add("summary", event.title)
    entry.add("description", "\n".join(filter(None, [event.summary, event.online_url])))
    entry.add("location", event.venue or event.online_url)
    entry.add("status", "CANCELLED" if event.cancelled_at else "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event.title)
    alarm.add("trigger", timedelta(days=-1))
    entry.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Headwater//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", House.current().name)
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
