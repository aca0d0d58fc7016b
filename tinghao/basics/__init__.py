"""What every room may use and that knows nothing of queues or devices: time, masking, typed errors."""
