"""The basics of drawing that explanations, reports and alignments share."""
