"""Messages: telling a person that something happened in her space, where she chose, and nothing of what it was."""
