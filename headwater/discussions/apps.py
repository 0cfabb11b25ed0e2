from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    name = "headwater.discussions"
    label = "discussions"
