from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "headwater.listening"
    label = "listening"
