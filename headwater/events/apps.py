from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "headwater.events"
    label = "events"
