"""What is to come for a child, by her age: from tables that carry their source, their date and their expiry."""
