from hygie.observatory.models.count import Count
from hygie.observatory.models.fieldwork import Fieldwork
from hygie.observatory.models.sheet import Sheet

__all__ = ["Count", "Fieldwork", "Sheet"]
