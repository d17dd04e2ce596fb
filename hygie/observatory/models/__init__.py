from hygie.observatory.models.count import Count
from hygie.observatory.models.fieldwork import Fieldwork
from hygie.observatory.models.sheet import Sheet
from hygie.observatory.models.tally import Tally

__all__ = ["Count", "Fieldwork", "Sheet", "Tally"]
