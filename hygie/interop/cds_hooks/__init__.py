"""CDS Hooks 2.0: when a file opens in a practice's software, one card says what is new here. Or none."""
