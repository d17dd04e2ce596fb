"""Record: what is kept of a person's health. Documents today; results, treatments and measures build on them."""
