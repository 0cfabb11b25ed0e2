from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "headwater.sharing"
    label = "sharing"
