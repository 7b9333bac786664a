"""The settings: from INI and environment to one frozen object."""
