"""What the services say to one another: models, topics, catalogue, and the documents generated from them."""
