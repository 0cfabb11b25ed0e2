from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "headwater.portal"
    label = "portal"
