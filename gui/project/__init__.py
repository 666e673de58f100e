"""What belongs to the whole project: its data, its optimiser, its training."""
