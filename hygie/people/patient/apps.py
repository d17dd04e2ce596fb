from django.apps import AppConfig


class PatientConfig(AppConfig):
    name = "hygie.people.patient"
    label = "patient"
