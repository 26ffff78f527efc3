"""Each vendor's payloads and signatures, written as the vendor does."""
