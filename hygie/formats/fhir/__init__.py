"""FHIR R4 as Hygie speaks it (PDSm 3.1.1, IHE MHD 4.2): a pure codec, no network, no clock, no database."""
