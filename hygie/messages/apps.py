from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "hygie.messages"
    label = "hygie_messages"  # « messages » is Django’s own
