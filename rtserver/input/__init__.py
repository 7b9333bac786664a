"""Input from outside: JSON, text and fields, decoded and checked at the door."""
