"""Every sentence the code itself says to people, by reader."""
