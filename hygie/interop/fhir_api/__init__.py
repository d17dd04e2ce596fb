"""The FHIR face: PDSm / MHD over HTTP. It translates between messages and the record; it decides nothing."""
