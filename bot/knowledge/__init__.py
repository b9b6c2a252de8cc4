"""The knowledge base in use: publishing, closing gaps, checks against the policy, sentence encoders."""
