"""Quarterly surveys: who is asked, what they answered, and who wishes no more of them."""
