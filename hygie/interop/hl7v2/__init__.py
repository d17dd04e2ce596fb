"""HL7 v2 at the door: MLLP listeners, each bound to one registered software client, and what a message becomes."""
