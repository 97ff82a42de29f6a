"""What AWS's services deliver."""
