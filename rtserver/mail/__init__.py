"""Mails: made from templates, kept in the outbox, sent once."""
