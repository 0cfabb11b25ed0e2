from django.apps import AppConfig


class SafeguardsConfig(AppConfig):
    name = "headwater.safeguards"
    label = "safeguards"
