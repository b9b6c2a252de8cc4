"""The knowledge base in use: publishing, closing gaps, checks, encoders."""
