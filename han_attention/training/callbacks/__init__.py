"""What is shown and logged while a training runs."""
