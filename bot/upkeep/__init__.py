"""An installation's good health: free space, trial writes, backups and restoring."""
