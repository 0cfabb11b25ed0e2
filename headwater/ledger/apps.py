from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "headwater.ledger"
    label = "ledger"
