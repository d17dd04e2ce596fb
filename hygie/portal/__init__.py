"""Portal: the pages of a person. They translate between people and doors, and decide nothing."""
