from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hygie.access"
    label = "access"
    append_only = ("access_journalentry",)
