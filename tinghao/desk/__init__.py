"""The desk (导办台): numbers taken for others, tickets found and set right, every line and window in sight."""
