from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hygie.access"
    label = "access"
    append_only = ("access_journalentry",)
    erasable = (("access_journalentry", "body"),)  # the trigger lets it become its own hash, once the key is gone
