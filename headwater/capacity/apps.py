from django.apps import AppConfig


class CapacityConfig(AppConfig):
    name = "headwater.capacity"
    label = "capacity"
