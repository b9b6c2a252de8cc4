"""What strangers and customers have used up of what they may."""
