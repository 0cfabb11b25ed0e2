from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "headwater.studio"
    label = "studio"
