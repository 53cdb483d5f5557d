"""What central keeps, and the only place that knows how."""
