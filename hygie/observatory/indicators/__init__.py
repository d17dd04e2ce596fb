"""The register of indicators, and what may leave the house. Pure: no Django, no clock."""
