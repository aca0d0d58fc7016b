"""The start page: what opens at the server's bare address."""
