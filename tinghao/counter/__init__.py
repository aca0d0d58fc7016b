"""The clerk's place: the terminal page."""
