"""Every sentence the code itself says to a person."""
