"""Base: errors, ids, sealing, root key, blobs, configuration, logs. Knows nothing of people or records."""
