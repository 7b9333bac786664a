"""How long tests wait for what will happen."""

# In seconds: more than it takes on a machine that is busy with other things, and less
# than all of a test may take (pyproject.toml).
PATIENCE = 60.0
