"""The operators' desk: quarantine, reviews, reports, jobs set aside. Never any content of a record."""
