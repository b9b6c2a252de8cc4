"""What the product shows to the outside, saved as text and compared between two checkouts."""
