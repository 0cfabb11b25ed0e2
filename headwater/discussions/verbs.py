from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

TOOK_PART = declare("discussions.took_part", _("took part in a conversation"))
HELPED = declare("discussions.helped", _("helped others in a conversation"))
STAFF_CHANGED = declare("staff.discussion_changed", _("changed a conversation"))
STAFF_PUBLISHED = declare("staff.discussion_published", _("announced a conversation"))
STAFF_PASTED = declare("staff.transcript_pasted", _("pasted a transcript in"))
STAFF_SUMMARISED = declare("staff.summary_written", _("wrote a summary"))
STAFF_CREDITED = declare("staff.helper_credited", _("noted who took part and who helped"))
