from headwater.mail.models.bounces import Bounce
from headwater.mail.models.deliveries import Delivery, DeliveryQuerySet, State
from headwater.mail.models.mailings import Attachment, Mailing, MailingQuerySet, Pause, TakingBack
from headwater.mail.models.servers import Check, Outgoing, OutgoingServer

__all__ = [
    "Attachment",
    "Bounce",
    "Check",
    "Delivery",
    "DeliveryQuerySet",
    "Mailing",
    "MailingQuerySet",
    "Outgoing",
    "OutgoingServer",
    "Pause",
    "State",
    "TakingBack",
]
