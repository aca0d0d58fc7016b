"""What a hall is: zones, departments, matters, themes, lines and windows, read from a definition file."""
