from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "headwater.mail"
    label = "mail"
