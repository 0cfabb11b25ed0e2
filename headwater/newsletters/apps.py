from django.apps import AppConfig


class NewslettersConfig(AppConfig):
    name = "headwater.newsletters"
    label = "newsletters"
