"""The pages of the office, and the two signed doors for machines."""
