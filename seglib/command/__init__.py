"""The command line and what it needs beside the library: checks, catalogues of languages, the explorer."""
