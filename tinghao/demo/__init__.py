"""The demo hall: made once, then run as three processes (server, kiosk, workbench) on one machine."""
