"""What ranks candidates: features, similarity, embeddings, classifier, calibration."""
