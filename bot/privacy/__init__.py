"""The rights of persons in their data: shown, handed out, corrected, restricted, erased."""
