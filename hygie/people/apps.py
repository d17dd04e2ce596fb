from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "hygie.people"
    label = "people"
