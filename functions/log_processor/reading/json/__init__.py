"""Read JSON documents as a stream: raw records of their elements, whatever the size of a document."""
