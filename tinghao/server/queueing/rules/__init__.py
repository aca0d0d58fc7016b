"""The queue's pure decisions: no clock, no database, no network; given in, returned out."""
