"""SMART on FHIR for software: where to ask for a token, and what may be asked."""
