"""Values and decisions: no clock, randomness, environment, logging or I/O."""
