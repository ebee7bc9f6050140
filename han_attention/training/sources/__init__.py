"""Where training texts come from: memory, or files read as a stream."""
