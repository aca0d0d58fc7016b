"""Stations at the edge of the hall and the devices they report."""
