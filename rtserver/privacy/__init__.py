"""What people may ask of a school: their data, its end, and how long it is kept."""
