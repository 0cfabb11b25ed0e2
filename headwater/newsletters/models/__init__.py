from headwater.newsletters.models.issues import Issue, IssueQuerySet, Picture, Sending
from headwater.newsletters.models.lists import Newsletter, Subscription, SubscriptionQuerySet

__all__ = [
    "Issue",
    "IssueQuerySet",
    "Newsletter",
    "Picture",
    "Sending",
    "Subscription",
    "SubscriptionQuerySet",
]
