"""The numbers: vectors, terms, generations on disk, search, and the reader's scores."""
