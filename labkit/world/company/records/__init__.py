"""What the company has written down: one file a list, all of it fiction."""
