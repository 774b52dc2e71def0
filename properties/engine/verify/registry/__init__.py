"""Claims and studies as they are declared and loaded, and what is wrong with some."""
