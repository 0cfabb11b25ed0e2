from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

REGISTERED = declare("events.registered", _("kept a place"))
WAITED = declare("events.waited", _("joined a waiting list"))
RELEASED = declare("events.released", _("gave a place back"))
ATTENDED = declare("events.attended", _("came"))
PULSE_ANSWERED = declare("events.pulse_answered", _("said how it was"))
STAFF_CHANGED = declare("staff.event_changed", _("changed an event"))
STAFF_CANCELLED = declare("staff.event_cancelled", _("called an event off"))
STAFF_ATTENDANCE_TAKEN = declare("staff.attendance_taken", _("noted who came"))
STAFF_DRAWN = declare("staff.places_drawn", _("drew lots for places"))
