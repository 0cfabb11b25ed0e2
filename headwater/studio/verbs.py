from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

STAFF_TOKEN_MADE = declare("staff.token_made", _("made an API token"))
STAFF_TOKEN_ENDED = declare("staff.token_ended", _("ended an API token"))
