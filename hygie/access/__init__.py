"""Access: decide, write down, hand over the key. Nothing about a person is read without a Grant made here."""
