"""`kesher import`: rows of files become events by a declarative mapping, and travel the same way as live ones."""
