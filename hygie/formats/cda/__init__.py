"""CDA R2 documents of the French framework (CI-SIS): read, shown as HTML, written."""
