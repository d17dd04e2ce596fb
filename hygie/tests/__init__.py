"""The cast and the proofs that span several rooms."""
