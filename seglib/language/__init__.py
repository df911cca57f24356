"""What is said, and in which form: messages and their translations, words, labels, names, the glossary."""
