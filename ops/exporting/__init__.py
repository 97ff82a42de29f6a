"""Write records to files for notebooks and spreadsheets: whole, or not at all under the file's name."""
