"""What the customers live through, as tables of steps."""
