"""For authors: lessons to notebooks, translations, the student's working copy, concept coverage."""
