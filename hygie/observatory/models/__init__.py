from hygie.observatory.models.fieldwork import Fieldwork
from hygie.observatory.models.sheet import Sheet

__all__ = ["Fieldwork", "Sheet"]
