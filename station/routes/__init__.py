"""The station's pages, one file a noun; the only place below `station/__init__.py` that knows Flask."""
