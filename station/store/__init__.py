"""The station's database: one SQLite file, its schema on one page, and small functions over the driver's connection."""
