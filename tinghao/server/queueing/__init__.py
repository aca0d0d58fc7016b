"""The queue: tickets, calls, shifts. Rules decide, the service writes, views say what is."""
