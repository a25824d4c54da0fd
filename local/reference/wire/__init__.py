"""What is on the wire in answers: one type per object, in modules as the documents' own."""
