"""The API documents, built from the handlers' own tables and structs."""
