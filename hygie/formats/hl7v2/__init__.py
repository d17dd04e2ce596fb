"""HL7 v2 messages in ER7: syntax, typed reading, documents and results carried, acknowledgements. Pure."""
