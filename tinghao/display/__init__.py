"""What the hall sees and hears: the hall board, the window screens, the voice."""
