"""The ranking model: features, similarity, embeddings, classifier, calibration."""
