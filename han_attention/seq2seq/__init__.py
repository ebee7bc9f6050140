"""From sequence to sequence, with attention: the second product."""
