"""Pictures of the classroom page in each of its states, to be looked at by people."""
